import os
from concurrent.futures import ThreadPoolExecutor

from render_cases import CONFIG_MAP, POLICY, app

from promoter.kustomize import graph_of
from promoter.render.cache import RenderCache, default_directory
from promoter.render.inputs import Answer, key
from promoter.render.local import LocalRenderer


class CountingEngine:
    """Answers every build alike and counts them."""

    name = "counting"

    def __init__(self, version="1"):
        self.version = version
        self.built = []

    def build(self, inputs):
        self.built.append(inputs.entry)
        return Answer([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}]), "/"

    def close(self):
        pass


def rendered(engine, directory, build, policy=POLICY):
    renderer = LocalRenderer(engine, policy, RenderCache(directory), 1)
    result = renderer.render(build)
    renderer.close()
    return result


def test_an_equal_build_is_not_built_again_in_the_next_run(tmp_path):
    engine = CountingEngine()
    first = rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP))
    second = rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP))
    assert engine.built == ["app"]
    assert first == second


def test_a_changed_file_of_the_closure_is_built_again(tmp_path):
    engine = CountingEngine()
    for text in (CONFIG_MAP, CONFIG_MAP + "# changed\n"):
        rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=text))
    assert len(engine.built) == 2


def test_a_file_that_the_build_does_not_read_changes_nothing(tmp_path):
    engine = CountingEngine()
    for text in ("a", "b"):
        rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP, other_txt=text))
    assert len(engine.built) == 1


def test_another_version_of_the_engine_builds_again(tmp_path):
    old, new = CountingEngine("1"), CountingEngine("2")
    for engine in (old, new):
        rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP))
    assert new.built == ["app"]


def test_options_and_engine_are_part_of_the_key():
    asked = app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP)
    closure = graph_of(asked.snapshot).closure("app")
    other = type(asked)(asked.snapshot, "app", reorder="none")
    restricted = type(asked)(asked.snapshot, "app", root_only=True)
    keys = {key(build, closure, "e", "p") for build in (asked, other, restricted)}
    assert len(keys | {key(asked, closure, "f", "p"), key(asked, closure, "e", "q")}) == 5


def test_a_damaged_entry_is_a_miss(tmp_path):
    cache = RenderCache(tmp_path)
    cache.keep("a" * 64, Answer([{"a": 1}]))
    kept = next(path for path in tmp_path.rglob("*") if path.is_file())
    kept.write_text('{"objects": [')
    assert cache.get("a" * 64) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    cache = RenderCache(blocked)
    cache.keep("a" * 64, Answer([]))
    assert cache.get("a" * 64) is None


def test_the_entries_unused_for_longest_go_first(tmp_path):
    cache = RenderCache(tmp_path, limit=250)
    for age, letter in enumerate("abc"):
        cache.keep(letter * 64, Answer([{"v": "x" * 60}]))
        path = next(path for path in tmp_path.rglob(letter * 62) if path.is_file())
        os.utime(path, (1000 + age, 1000 + age))
    assert cache.get("a" * 64) is not None
    cache.prune()
    assert cache.get("a" * 64) is not None
    assert cache.get("b" * 64) is None
    assert cache.get("c" * 64) is not None


def test_a_failure_is_not_kept(tmp_path):
    class Failing(CountingEngine):
        def build(self, inputs):
            self.built.append(inputs.entry)
            return Answer(error="no matches for Id x"), "/"

    engine = Failing()
    for _ in range(2):
        rendered(engine, tmp_path, app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP))
    assert len(engine.built) == 2


def test_equal_builds_of_one_call_are_built_once():
    engine = CountingEngine()
    renderer = LocalRenderer(engine, POLICY, None, 2)
    asked = app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP)
    assert len(renderer.render_all([asked, asked, asked])) == 3
    assert engine.built == ["app"]


def test_the_folder_is_the_user_s_choice_else_the_user_s_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path))
    assert default_directory() == tmp_path
    monkeypatch.delenv("PROMOTER_CACHE_DIR")
    if os.name != "nt":
        monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
        assert str(default_directory()) == "/xdg/promoter"


def test_concurrent_runs_never_see_half_an_entry(tmp_path):
    key = "a" * 64
    answers = [Answer([{"writer": number, "text": "x" * 20_000}]) for number in range(4)]

    def write_and_read(number):
        cache = RenderCache(tmp_path)
        seen = []
        for _ in range(25):
            cache.keep(key, answers[number])
            seen.append(cache.get(key))
        return seen

    with ThreadPoolExecutor(4) as executor:
        seen = [
            answer for answers_seen in executor.map(write_and_read, range(4)) for answer in answers_seen
        ]
    assert len(seen) == 100
    assert all(answer in answers for answer in seen)
