"""The page of a search: all its sections, in one file that needs nothing else; checks that fire and are silent."""

import dataclasses
import html.parser
import importlib
import pkgutil
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skerosion import estimators, inspection
from skerosion.forecasts import Forecast
from skerosion.report import CHECKLISTS, PageOptions, cases_of, checks, draw_cases, redraw
from skerosion.report._checking import run_checks
from skerosion.report._document import Confusion, Document, NotGiven, Points, Table
from skerosion.report.checks import calibration_off
from skerosion.report.checks.parts_far_apart import beyond_doubt
from skerosion.report.sections import find_sections

pytestmark = pytest.mark.once


def found(subject):
    return {each.code: each.level for each in run_checks(subject)}


class Page(html.parser.HTMLParser):
    """Identifiers, what is loaded from elsewhere, and whether every element is closed."""

    VOID = ("meta", "img", "br", "link", "input", "hr")

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.loaded = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.loaded += [attrs[name] for name in ("src", "href") if name in attrs and not attrs[name].startswith("#")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.slow
def test_page_of_a_search_is_whole_and_alone(illustrated):
    report, _ = illustrated
    text = (report.out / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == [] and len(set(page.ids)) == len(page.ids)
    assert set(find_sections()) <= set(page.ids)
    assert page.loaded and all(each.startswith("data:image/png;base64,") for each in page.loaded)
    assert not re.search(r"url\(|@import|fetch\(", text) and len(text) < 5_000_000


def test_page_and_folder_hold_the_checklists(finished):
    report, _ = finished
    text = (report.out / "report.html").read_text(encoding="utf-8")
    for each in CHECKLISTS:
        frame = pd.read_csv(report.out / "tables" / f"checklist_{each.file}.csv", dtype=str, keep_default_na=False)
        assert list(frame["item"]) == list(each.items["item"]) and f"{each.name}: this run answers" in text


def test_verdict_stands_first_and_is_that_of_the_tables(finished):
    report, _ = finished
    document = Document.from_json((report.out / "report.json").read_text(encoding="utf-8"))
    names = [section.name for section in document.sections]
    assert names[:2] == ["verdict", "card"]
    said = " ".join(line for block in document.sections[0].blocks for line in block.paragraphs)
    for task, winner in report.winners.items():
        assert f"{task.capitalize()}." in said and report.result.titles[winner["strategy"]] in said


def test_verdict_ends_in_what_it_must_not_be_used_for(subject):
    verdict = find_sections()["verdict"]
    (said,) = verdict.blocks(subject)[-1].paragraphs
    assert (
        said
        == "What it must not be used for: Research software, not a medical device. For no decision about a patient."
    )
    for_knees = dataclasses.replace(subject, page=PageOptions(card={"limits": "Hands."}))
    assert verdict.blocks(for_knees)[-1].paragraphs == ("What it must not be used for: Hands.",)


def test_page_is_drawn_again_from_its_folder(finished, tmp_path):
    report, _ = finished
    path = report.out / "report.html"
    text = path.read_text(encoding="utf-8")
    path.write_text("damaged")
    assert redraw(report.out) == path and path.read_text(encoding="utf-8") == text
    with pytest.raises(ValueError, match=r"must hold a report\.json"):
        redraw(tmp_path)


def test_names_are_shown_only_where_they_are_given(subject):
    worst = find_sections()["failures"]
    assert worst.blocks(subject)[0].rows[0][0].startswith("row ")
    named = dataclasses.replace(subject, names=[f"file {row}.png" for row in range(len(subject.y))])
    assert re.fullmatch(r"row (\d+), file \d+\.png", worst.blocks(named)[0].rows[0][0])


def test_doubtful_labels_have_titles_and_are_named_only_where_images_are_shown(subject):
    frame = pd.DataFrame({"path": ["p7/a.png"], "group": ["p7"], "label": [0], "neighbors": [2.0]})
    frame = frame.assign(against_neighbors=-2.0, n_others=1, others=1.0, against_others=-1.0, row=9)
    reference = find_sections()["reference"]
    for pictures, image in ((False, 1), (True, "p7/a.png")):
        page = PageOptions(pictures=pictures)
        *_, table = reference.blocks(dataclasses.replace(subject, frames={"outliers": frame}, page=page))
        assert table.columns[:3] == ("image", "label", "mean label of those alike")
        assert table.rows == [[image, 0, 2.0, -2.0, 1, 1.0, -1.0]] and bool(table.notes) != pictures


def test_checks_speak_the_words_of_whoever_asked(subject):
    page = PageOptions(words=lambda text: text.replace("evaluate(trained=)", "--trained"))
    evaluated = dataclasses.replace(subject, what="evaluation", page=page, frames={})
    rows = find_sections()["checks"].blocks(evaluated)[0].rows
    assert [row[2] for row in rows if row[4] == "near_duplicates"] == ["--trained, the table that was trained on"]


def test_cases_are_the_worst_and_the_most_doubtful(subject):
    cases, forecast = cases_of(subject, "classifier"), subject.chosen("classifier")
    table = find_sections()["failures"].blocks(subject)[0]
    assert [f"row {row + 1}" for row in cases["worst"]] == [row[0] for row in table.rows[:6]]
    likely = np.delete(forecast.probabilities.max(axis=1), cases["worst"])
    assert forecast.probabilities[cases["doubtful"]].max(axis=1) == pytest.approx(np.sort(likely)[:6], abs=0.1)
    assert not set(cases["worst"]) & set(cases["doubtful"])


def test_images_are_shown_only_where_they_are_asked_for(finished, subject, tmp_path):
    report, _ = finished
    assert "Images are of patients and not shown" in (report.out / "report.html").read_text(encoding="utf-8")
    rows = cases_of(subject, "classifier")["worst"]
    for maps in ({}, {"Grad-CAM": np.ones((len(rows), 8, 8))}):
        assert len(draw_cases(subject, "classifier", rows, maps).axes) >= len(rows)


def test_every_candidate_has_its_blocks_the_best_first(subject):
    for name in ("results", "uncertainty", "failures"):
        about = [block.of for block in find_sections()[name].blocks(subject) if len(getattr(block, "of", ())) == 2]
        for task, verdict in subject.verdicts.items():
            of_task = [candidate for of, candidate in about if of == task]
            assert of_task[0] == verdict.row
            assert sorted(of_task) == sorted(subject.scored.titles[each] for each in subject.scored.of_task(task))


def test_confusion_counts_every_image(subject):
    confusions = [each for each in find_sections()["results"].blocks(subject) if isinstance(each, Confusion)]
    for each in confusions:
        assert [sum(row) for row in each.counts] == [
            int((subject.scored.grades == g).sum()) for g in subject.target.classes
        ]
    (best,) = [each for each in confusions if each.of == ("classifier", subject.verdicts["classifier"].row)]
    right = np.mean(subject.chosen_grades("classifier") == subject.scored.grades)
    assert np.trace(best.counts) / np.sum(best.counts) == pytest.approx(right)


def test_points_are_those_of_the_table_and_lie_on_the_axis(subject):
    drawn = {each.of[0]: each for each in find_sections()["results"].blocks(subject) if isinstance(each, Points)}
    for task, points in drawn.items():
        for panel in points.panels:
            for name, _, value, low, high, _ in panel["rows"]:
                assert (value, low, high) == pytest.approx(subject.tables[task].cell(name, panel["title"]))
                assert panel["ends"][0] <= low <= value <= high <= panel["ends"][1]


def test_cases_of_percentages_are_drawn_by_their_grades(subject):
    """Where there are no maps, as without a winner, the forecast is drawn, which is of grades."""
    scored, rows = subject.scored, np.arange(3)
    percent = SimpleNamespace(y=20.0 * scored.y, grades=scored.grades, rows=scored.rows, target=scored.target)
    chosen = subject.chosen("classifier")
    told = SimpleNamespace(scored=percent, target=scored.target, verdicts=subject.verdicts, chosen=lambda task: chosen)
    told.chosen_grades, told.names = lambda task: scored.grades[::-1], None  # decided, not the median
    titles = [axes.get_title(loc="left") for axes in draw_cases(told, "classifier", rows, {}).axes]
    pairs = zip(rows, scored.grades, scored.grades[::-1], strict=False)
    expected = {f"row {row + 1}\ntrue {true}\npredicted {predicted}" for row, true, predicted in pairs}
    assert expected <= set(titles)


def test_coverage_is_counted(subject):
    from skerosion.report.sections.uncertainty import coverage_table

    forecast = subject.chosen("regressor")
    ends = forecast.distribution.interval(0.9)
    inside = [low <= value <= high for (low, high), value in zip(ends, subject.scored.y, strict=True)]
    assert coverage_table(subject, forecast, "best").rows[0][2] == pytest.approx(np.mean(inside), abs=1e-3)


def test_surprise_is_minus_the_logarithm_of_the_probability_of_the_true_grade(subject):
    from skerosion.report.sections.failures import surprises

    forecast, scored = subject.chosen("classifier"), subject.scored
    row = 3
    likely = forecast.probabilities[row, list(forecast.classes).index(scored.grades[row])]
    assert surprises(forecast, scored, "classifier")[row] == pytest.approx(-np.log(max(likely, 1e-12)))
    grades = subject.target.grade(subject.chosen("regressor").distribution.grid)
    cdf = subject.chosen("regressor").distribution.cdf[row]
    below = cdf[grades < scored.grades[row]]
    mass = cdf[grades == scored.grades[row]][-1] - (below[-1] if len(below) else 0)
    assert np.exp(-surprises(subject.chosen("regressor"), scored, "regressor")[row]) == pytest.approx(max(mass, 1e-12))


def test_standardised_difference_of_a_column(subject):
    rows = np.arange(len(subject.y))
    split = {"train": rows[::2], "test": rows[1::2]}
    table = pd.DataFrame({"age": np.where(rows % 2, 60.0, 50.0) + rows % 3, "name": rows.astype(str)})
    _, columns = find_sections()["parts"].blocks(dataclasses.replace(subject, parts=split, table=table))
    (line,) = columns.rows
    one, other = (table["age"].iloc[part] for part in split.values())
    expected = abs(one.mean() - other.mean()) / np.sqrt((one.var(ddof=0) + other.var(ddof=0)) / 2)
    assert line[0] == "age" and line[-1] == pytest.approx(expected, abs=1e-3)


def test_patient_in_two_parts(subject):
    rows = np.arange(len(subject.y))
    patients = np.unique(subject.groups)
    first = np.isin(subject.groups, patients[: len(patients) // 2])
    honest = dataclasses.replace(subject, parts={"train": rows[first], "test": rows[~first]})
    leaking = dataclasses.replace(subject, parts={"train": rows[::2], "test": rows[1::2]})
    assert found(honest)["patient_in_two_parts"] == "passed"
    assert found(leaking)["patient_in_two_parts"] == "problem"
    assert found(dataclasses.replace(subject, groups=None))["patient_in_two_parts"] == "tip"


def test_below_a_floor(subject):
    def levels(**change):
        verdicts = {task: dataclasses.replace(each, **change) for task, each in subject.verdicts.items()}
        return found(dataclasses.replace(subject, verdicts=verdicts))["below_floor"]

    assert levels(gain=0.1, low=0.05) == "passed"
    assert levels(gain=0.1, low=-0.05) == "tip"
    assert levels(gain=-0.1, low=-0.3) == "problem"


def test_still_improving(subject):
    def level(losses):
        records = {pair: [{"loss": losses}] for pair in subject.records}
        return found(dataclasses.replace(subject, records=records))["still_improving"]

    assert level([1.0, 0.5, 0.3]) == "tip"
    assert level([1.0, 0.5, 0.499]) == "passed"
    assert level([]) == "not given"


def test_grade_never_predicted_and_calibration(subject):
    task, verdict = "classifier", subject.verdicts["classifier"]
    forecast = subject.chosen(task)
    of_one = np.zeros_like(forecast.probabilities)
    of_one[:, 0] = 1
    constant = Forecast.of_probabilities(of_one, forecast.classes)
    predictions = subject.scored.predictions | {(task, verdict.strategy): constant}
    subject.scored.__dict__["predictions"] = predictions
    of_constant = dataclasses.replace(subject, verdicts={task: verdict})
    levels = found(of_constant)
    assert levels["grade_never_predicted"] == "problem" and levels["calibration_off"] == "tip"
    excess = 1 - np.mean(subject.scored.grades == forecast.classes[0])
    assert calibration_off.find(of_constant) == (
        "tip",
        f"mean probability minus frequency of grade {forecast.classes[0]}, the worst: {excess:+.3f}",
    )


def test_label_shift(subject):
    order = np.argsort(subject.grades, kind="stable")
    half = len(order) // 2
    assert found(dataclasses.replace(subject, parts={"a": order[:half], "b": order[half:]}))["label_shift"] == "tip"
    assert found(dataclasses.replace(subject, parts={"a": order[::2], "b": order[1::2]}))["label_shift"] == "passed"


def test_patients_of_a_grade_and_of_all(subject):
    one = dataclasses.replace(subject)
    groups = np.array(["everyone"] * (len(subject.y) - 12) + [str(k) for k in range(12)])
    subject.scored.data.X.groups[:] = groups
    levels = found(one)
    assert levels["one_patient_large_share"] == "tip" and levels["too_few_patients_of_grade"] == "tip"


def test_what_later_parts_feed(subject):
    assert found(subject)["shortcuts"] == found(subject)["near_duplicates"] == "not given"
    shares = pd.DataFrame(
        {"source": ["thumbnail", "frame"], "share": [0.2, 0.6], "low": [0.1, 0.5], "high": [0.3, 0.7]}
    )
    audit = pd.DataFrame({"kind": ["patient", "near"]})
    fed = found(dataclasses.replace(subject, frames={"shortcuts": shares, "audit": audit}))
    assert fed["shortcuts"] == fed["near_duplicates"] == "problem"
    quiet = {"shortcuts": shares.assign(share=0.01, low=-0.02), "audit": audit[:1]}
    silent = found(dataclasses.replace(subject, frames=quiet))
    assert silent["shortcuts"] == silent["near_duplicates"] == "passed"
    again = dataclasses.replace(subject, settings=subject.settings | {"scored before": 2})
    assert found(again)["scored_more_than_once"] == "tip"


def images_of(subject, **columns):
    """Measures of images that are all alike, but for some columns."""
    noise = np.random.default_rng(0).normal(0, 0.02, (len(subject.y), 4))
    facts = pd.DataFrame(0.5 + noise, columns=["mean", "spread", "dark", "bright"])
    return facts.assign(largest=0.9, likeness=0.8, **columns)


def test_swapped_and_darker_images(subject):
    def level(**columns):
        frames = {"images": images_of(subject).assign(**columns)}
        return found(dataclasses.replace(subject, frames=frames))["mixed_polarity_or_depth"]

    one, half = np.arange(len(subject.y)) == 3, np.arange(len(subject.y)) % 2 == 0
    assert level() == "passed" and found(subject)["mixed_polarity_or_depth"] == "not given"
    assert level(likeness=np.where(one, -0.8, 0.8)) == "problem"
    assert level(likeness=np.where(half, -0.9, 0.1)) == "passed"
    assert level(likeness=np.where(one, -0.2, 0.8)) == level(largest=np.where(one, 0.3, 0.9)) == "passed"
    # Of 12 bits in use, read as 16.
    assert level(largest=np.where(half, 0.9 / 16, 0.9)) == level(largest=np.where(one, 0.9 / 16, 0.9)) == "problem"
    many = pd.concat([images_of(subject)] * 20, ignore_index=True)
    many.loc[3, "likeness"] = -0.8
    assert found(dataclasses.replace(subject, frames={"images": many}))["mixed_polarity_or_depth"] == "tip"


def test_parts_far_apart(subject):
    patients = np.unique(subject.groups)
    first = np.isin(subject.groups, patients[: len(patients) // 2])
    split = {"train": np.flatnonzero(first), "test": np.flatnonzero(~first)}

    def level(shift):
        facts = images_of(subject)
        facts["mean"] += np.where(first, 0, shift)
        told = dataclasses.replace(subject, parts=split, frames={"images": facts})
        return found(told)["parts_far_apart"]

    assert level(0) == "passed" and level(0.3) == "problem" and found(subject)["parts_far_apart"] == "not given"


def test_images_far_from_those_trained_on(subject):
    def level(shift):
        grey = pd.DataFrame({"trained on": [0.1, 0.5, 0.9], "scored": np.array([0.1, 0.5, 0.9]) + shift})
        return found(dataclasses.replace(subject, frames={"grey": grey}))["parts_far_apart"]

    assert [level(shift) for shift in (0, 0.04, 0.12, 0.3)] == ["passed", "passed", "tip", "problem"]


def test_standardised_difference_beyond_doubt(subject):
    parts, values = {"a": np.arange(4), "b": np.arange(4, 8)}, pd.Series([0, 1, 0, 1, 2, 3, 2, 3.0])
    alone = dataclasses.replace(subject, groups=None, parts=parts)
    assert beyond_doubt(alone, values, "a", "b") == pytest.approx((4 - 3 * np.sqrt(0.5), 4))
    # A patient counts once: means of 0.5 and 2.5 that nothing spreads.
    of_patients = dataclasses.replace(subject, groups=np.repeat(["p", "q", "r", "s"], 2), parts=parts)
    assert beyond_doubt(of_patients, values, "a", "b") == pytest.approx((-3, 0))


def test_muted_check_is_left_out_and_named(subject):
    muted = dataclasses.replace(subject, page=PageOptions(mute=("shortcuts",)))
    looked_for = find_sections()["checks"].blocks(muted)[0]
    assert "shortcuts" not in [row[-1] for row in looked_for.rows] and any(
        "shortcuts" in note for note in looked_for.notes
    )
    assert "shortcuts" in [row[-1] for row in find_sections()["checks"].blocks(subject)[0].rows]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"mute": ["shortcut"]}, "mute must name checks, .* got 'shortcut'; did you mean shortcuts"),
        ({"card": {"CLAIM 5": ""}}, "card must hold text for 'CLAIM 5'"),
        ({"card": ["retrospective"]}, "card must say what by what, .* got ..retrospective"),
        ({"colour": "red"}, "page must hold card, mute, pictures, words, got 'colour'"),
    ],
)
def test_choices_are_checked(page, message):
    with pytest.raises(ValueError, match=message):
        PageOptions.of(page)


def test_odd_boxes_of_joints(subject):
    def level(odd):
        table = pd.DataFrame({"suspicion": ["turned 60 degrees"] * odd + [""] * (len(subject.y) - odd)})
        return found(dataclasses.replace(subject, table=table))["odd_boxes"]

    many = 1 + int(0.02 * len(subject.y))
    assert [level(0), level(many), found(subject)["odd_boxes"]] == ["passed", "problem", "not given"]


def test_films_boxes_and_missing_joints_are_told(subject):
    section = find_sections()["films"]
    (nothing,) = section.blocks(subject)
    assert "crop_joints" in nothing.answered_by
    table = pd.DataFrame({"box_side": [30.0, 40.0, 90.0], "box_inside": [1.0, 0.9, 1.0], "maker": ["A", "", "A"]})
    excluded = pd.DataFrame({"joint": ["mcp2"] * 3, "reason": ["prosthesis", "not found", "not found"]})
    makers, boxes, missing = section.blocks(dataclasses.replace(subject, table=table, excluded=excluded))
    assert makers.rows == [["maker: A", 2], ["maker: not said", 1]]
    assert list(boxes.facts.values()) == ["40 (30 to 90)", "1 of 3"]
    assert missing.rows == [["not found", 2], ["prosthesis", 1]]
    images = pd.DataFrame({"path": ["a.png"], "reason": ["missing file"]})
    assert (
        "skerosion joints" in section.blocks(dataclasses.replace(subject, table=table, excluded=images))[-1].answered_by
    )


def test_what_remedies_name_is_there():
    """A reader looks for the estimator that a check names."""
    codes = [each.name for each in pkgutil.iter_modules(checks.__path__)]
    remedies = [importlib.import_module(f"{checks.__name__}.{code}").REMEDY for code in codes]
    named = [word for remedy in remedies for word in re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", remedy)]
    assert named and set(named) <= {*estimators.__all__, *inspection.__all__}


def test_sets_hold_what_is_counted_by_hand(subject):
    from skerosion.report._promised_sets import grade_probabilities, set_frames

    scored = subject.scored
    for task in subject.verdicts:
        forecast = subject.chosen(task)
        probabilities = grade_probabilities(forecast, scored.target)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)
        frames = set_frames(forecast, scored)
        assert [frame["rows"].tolist() for frame in frames.values()] == [
            [len(scored.y), *((scored.grades == grade).sum() for grade in scored.target.classes)]
        ] * 2
        assert frames["for each grade"]["size"][0] >= 1 and (frames["for all rows"]["calibrated"][1:] >= 0).all()


def test_few_patients_have_no_sets_and_more_have_their_points(subject, monkeypatch):
    sets = find_sections()["sets"]
    monkeypatch.setattr(sets, "FEWEST", subject.n_scored_patients + 1)
    assert [type(block) for block in sets.blocks(subject)] == [NotGiven]
    monkeypatch.setattr(sets, "FEWEST", 2)
    blocks = sets.blocks(subject)
    assert [type(block) for block in blocks] == [Table, Table, Points] * len(subject.verdicts)
    assert [len(each["rows"]) for each in blocks[2].panels] == [2 * (1 + len(np.unique(subject.scored.grades)))] * 2


def test_joints_to_read_are_told_by_task_and_error(subject):
    reading = find_sections()["reading"]
    assert [type(block) for block in reading.blocks(subject)] == [NotGiven]
    line = {"error": [2.0, 10.0], "joints": [1.0, 0.25], "missed": [0.0, 0.08], "bound": [0.0, 0.0949]}
    frame = pd.DataFrame(line | {"reads_all": [True, False], "patients": 60, "level": 0.9, "task": "regressor"})
    table, points = reading.blocks(dataclasses.replace(subject, frames={"reading": frame}))
    assert table.rows == [["2", "100 %", "0 %", "read all"], ["10", "25 %", "8 %", "9 %"]]
    assert "60 patients" in table.notes[0] and [row[2] for row in points.panels[0]["rows"]] == [1.0, 0.25]


def test_rises_are_told_by_rule(subject):
    changes = find_sections()["changes"]
    assert [type(block) for block in changes.blocks(subject)] == [NotGiven]
    line = {"rule": ["test", "smallest detectable change"], "alarm above": [np.inf, 8.25], "found": [0.0, 0.5]}
    frame = pd.DataFrame(line | {"stable": 9, "rises": 20, "task": "regressor"})
    table, points = changes.blocks(dataclasses.replace(subject, frames={"changes": frame}))
    assert [row[2] for row in table.rows] == ["never: too few stable pairs", "8.2"]
    assert [row[4] for row in table.rows] == ["0 %", "50 %"] and points.panels[0]["rows"][1][2] == 0.5


def test_a_learning_curve_is_drawn(subject):
    frame = pd.DataFrame({"patients": [50, 100], "score": [0.5, 0.6], "low": [0.4, 0.5], "high": [0.6, 0.7]})
    frame = frame.assign(extrapolated=[False, True])
    frame.attrs["notes"] = ("50 more patients would bring it.",)
    sample_size = find_sections()["sample_size"]
    _, table, points = sample_size.blocks(dataclasses.replace(subject, frames={"learning_curve": frame}))
    assert table.notes[0] == frame.attrs["notes"][0] and "twice the patients at most" in table.notes[1]
    assert [row[:2] for row in points.panels[0]["rows"]] == [
        ["50 patients", False],
        ["100 patients, extrapolated", True],
    ]
