"""Where arrows may point. .importlinter holds the contracts on names; here are the ones on shape.

Each check is a function that returns what is wrong, and is itself tested on a planted violation.
"""

import grimp
import pytest

PACKAGES = ("activation", "models", "scheduler")
# Who may know a folder's views: the one that puts the blueprints together.
ASSEMBLERS = ("activation.app",)
FURNITURE_BELOW_VIEWS = ("rules", "queries", "service", "forms")


def build(packages: tuple[str, ...] = PACKAGES) -> grimp.ImportGraph:
    return grimp.build_graph(*packages, cache_dir=None)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return build()


def cycles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Circles among modules: each is a list of the modules on it."""
    found = []
    for module in sorted(graph.modules):
        for imported in graph.find_modules_directly_imported_by(module):
            back = graph.find_shortest_chain(importer=imported, imported=module)
            if back:
                found.append([module, *back])
    return found


def foreign_views(graph: grimp.ImportGraph) -> list[str]:
    """Imports of a folder's views from anywhere but its own folder and the assembler."""
    wrong = []
    for module in graph.modules:
        if not module.split(".")[-1].endswith("views"):
            continue
        folder = module.rpartition(".")[0]
        for importer in graph.find_modules_that_directly_import(module):
            if importer not in ASSEMBLERS and not importer.startswith(folder + "."):
                wrong.append(f"{importer} imports {module}")
    return wrong


def upward_imports(graph: grimp.ImportGraph) -> list[str]:
    """Rules, queries, services and forms that know of a view."""
    wrong = []
    for module in graph.modules:
        last = module.split(".")[-1]
        if last in FURNITURE_BELOW_VIEWS or last.startswith(tuple(f"{f}_" for f in FURNITURE_BELOW_VIEWS)):
            for imported in graph.find_modules_directly_imported_by(module):
                if imported.split(".")[-1].endswith("views"):
                    wrong.append(f"{module} imports {imported}")
    return wrong


def test_no_circle_among_modules(graph: grimp.ImportGraph) -> None:
    assert cycles(graph) == []


def test_nobody_imports_another_folders_views(graph: grimp.ImportGraph) -> None:
    assert foreign_views(graph) == []


def test_services_and_rules_know_no_view(graph: grimp.ImportGraph) -> None:
    assert upward_imports(graph) == []


def test_planted_violations_are_found() -> None:
    planted = build()
    planted.add_import(importer="activation.clocks.rules", imported="activation.clocks.service")
    planted.add_import(importer="activation.plans.service", imported="activation.meetings.views")
    assert any("activation.clocks.rules" in circle for circle in cycles(planted))
    assert foreign_views(planted) == ["activation.plans.service imports activation.meetings.views"]
    assert upward_imports(planted) == ["activation.plans.service imports activation.meetings.views"]
