"""Invented people and places. Personal numbers come from Skatteverket's test range only (birth numbers 238 and 239)."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from stdnum import luhn


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _words(
    "Anna Erik Maria Lars Karin Mikael Eva Anders Sara Johan Lena Per Emma Nils Kristina Karl Linnéa Jan "
    "Hanna Olof Amina Mohammed Fatima Ahmed Layla Ali Zahra Hassan Maryam Yusuf Selam Tesfay Abeba Dawit "
    "Olena Andrij Oksana Mykola Nadia Ivan Sofia Marko Jelena Dragan Noor Samir Hiba Omar Rania Bilal Åsa "
    "Örjan Ängla Birgitta Göran Thi Minh Lan Quang Maija Pekka Aino Elif Mehmet Ayşe Kerem "
)
LAST_NAMES = _words(
    "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson "
    "Jonsson Jansson Hansson Bengtsson Lindberg Lindqvist Berg Holm Åkesson Öberg Ängquist Sjögren "
    "Lundgren Hedlund Wallin Ahmed Hassan Ali Mohamud Haddad Khalil Abdi Osman Tesfaye Gebremedhin "
    "Kovalenko Shevchenko Petrov Jovanović Hodžić Nguyen Tran Virtanen Korhonen Yılmaz Demir Rahimi "
    "Karimi Said "
)
COMPANY_WORDS = _words(
    "Sydkust Söderslätt Kustlinjen Hamn Slätten Öresund Backa Lyckan Nordan Västan Sjöbo Ekens Björk "
    "Rosen Solgård Tegel Smyge Gisslöv Dalköping Trelle Maglarp Anderslöv Klagstorp Bösarp Beddinge "
)
TRADES = (
    ("Bygg", "Byggplatsen"),
    ("Livs", "Butiken"),
    ("Logistik", "Lagret"),
    ("Omsorg", "Avdelning Syd"),
    ("Kök", "Köket"),
    ("Trädgård", "Växthuset"),
    ("Städ", "Kontoret"),
    ("Återbruk", "Verkstaden"),
    ("Förskola", "Förskolan"),
    ("Åkeri", "Terminalen"),
)


def personal_numbers(random: Random, today: date) -> Iterator[str]:
    """Test personal numbers of adults from 19 to 64, 12 digits, each once."""
    seen: set[str] = set()
    while True:
        born = today - timedelta(days=random.randint(19 * 366, 64 * 365))
        body = f"{born:%y%m%d}{random.choice(('238', '239'))}"
        number = f"{born:%Y}{body[2:6]}{body[6:]}{luhn.calc_check_digit(body)}"
        if number not in seen:
            seen.add(number)
            yield number


def org_numbers(random: Random) -> Iterator[str]:
    """Organisation numbers with a right check digit, each once."""
    seen: set[str] = set()
    while True:
        body = f"55{random.randint(6, 9)}{random.randint(0, 999999):06d}"
        number = f"{body[:6]}-{body[6:]}{luhn.calc_check_digit(body)}"
        if number not in seen:
            seen.add(number)
            yield number
