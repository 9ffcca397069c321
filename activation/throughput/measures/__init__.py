"""Every figure there is, by area. A file for each area; to add a figure, add its Measure there."""

from activation.throughput.measures.ahead import AHEAD
from activation.throughput.measures.aid import AID
from activation.throughput.measures.aid_adults import AID_ADULTS
from activation.throughput.measures.base import Area, Measure
from activation.throughput.measures.board import BOARD
from activation.throughput.measures.flows import FLOWS
from activation.throughput.measures.follow_up import FOLLOW_UP
from activation.throughput.measures.load import LOAD
from activation.throughput.measures.placed import PLACED
from activation.throughput.measures.report import LATE_WITH_ACTIVATION, MEASURES, NOT_ACTIVATED, OVERDUE_TASKS
from activation.throughput.measures.results import RESULTS
from activation.throughput.measures.standing import STANDING
from activation.throughput.measures.time import TIME
from models.texts import N_

AREAS: tuple[Area, ...] = (
    Area("report", N_("Figures of a period"), MEASURES),
    Area("board", N_("Flow"), BOARD),
    Area("time", N_("Time"), TIME),
    Area("waiting", N_("Not yet activated"), (*NOT_ACTIVATED, LATE_WITH_ACTIVATION, OVERDUE_TASKS)),
    Area("ahead", N_("At risk now"), (*AHEAD, *LOAD)),
    Area("follow_up", N_("Follow-up"), FOLLOW_UP),
    Area("flows", N_("85/15"), FLOWS),
    Area("results", N_("Results"), (*RESULTS, *PLACED)),
    Area("aid", N_("Aid and target"), (*AID, AID_ADULTS)),
    Area("standing", N_("Standing still"), STANDING),
)

BY_KEY: dict[str, Measure] = {m.key: m for area in AREAS for m in area.measures}
