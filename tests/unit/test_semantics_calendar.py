"""Dates and windows: offsets, calendar steps by months, half-open windows that switch first, horizon edges."""

import pytest

from simulate import loads, run, trace

HEAD = "scenario: test\nstart: 2022-08-01\nhorizon: 2 yr\n"
END = "\noutcomes: {n: {value: 1}}\n"


def dates(shock, more=""):
    """The dates at which a shock happens."""
    return [row["date"] for row in trace(loads(f"{HEAD}shocks: {{s: {shock}}}\n{more}{END}")).rows()]


def days(shock, more=""):
    """The days at which a shock happens."""
    return [row["day"] for row in trace(loads(f"{HEAD}shocks: {{s: {shock}}}\n{more}{END}")).rows()]


def test_months_step_by_the_calendar_and_end_with_the_month():
    """The same day of each month, or its last; counted from the first date, never from the one before."""
    found = dates("{first: 2022-08-31, every: 1 mo}")
    assert found[:8] == [
        *("2022-08-31", "2022-09-30", "2022-10-31", "2022-11-30"),
        *("2022-12-31", "2023-01-31", "2023-02-28", "2023-03-31"),
    ]
    assert "2024-02-29" in found


def test_years_step_by_the_calendar():
    """29 February becomes the 28th where there is none."""
    found = loads("scenario: t\nstart: 2024-01-01\nhorizon: 5 yr\nshocks: {s: {first: 2024-02-29, every: 1 yr}}" + END)
    days_found = [row["date"] for row in trace(found).rows()]
    assert days_found == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_other_steps_are_exact_days():
    """`k*period` from the first date, never a running sum."""
    assert days("{first: 0 d, every: 0.1 d}")[:1000] == [number * 0.1 for number in range(1000)]
    assert days("{first: 1 d, every: 0.5 yr}")[1] == 1 + 182.625


@pytest.mark.parametrize(
    ("date", "day"), [("2022-08-23", 22.0), ("2022-08-23T12:00", 22.5), ("22.25 d", 22.25), ("2022-08-20 + 3 d", 22.0)]
)
def test_a_date_may_have_a_time_or_be_an_offset_or_be_shifted(date, day):
    """All forms of a date mean days from the start."""
    assert days(f"{{dates: ['{date}']}}") == [day]


def test_an_uncertain_date_is_an_offset_drawn_once():
    """One firing, somewhere in its distribution."""
    found = days("{date: {uniform: {low: 30 d, high: 40 d}}}")
    assert len(found) == 1
    assert 30 < found[0] < 40


def test_routes_combine():
    """Dates, a repeated date and an uncertain one each bring their own firings."""
    assert days("{dates: [3 d], first: 1 d, every: 300 d, date: 7 d}") == [1, 3, 7, 301, 601]


def test_day_0_is_inside_and_the_horizon_outside():
    """Ties with the horizon do not happen."""
    assert days("{dates: [0 d, 730 d, 730.5 d, 731 d]}") == [0, 730]


def test_windows_are_half_open_and_switch_before_everything_else():
    """At the first instant the window is open, at its last closed."""
    window = "calendar: {open: {first: 10 d, lasts: 5 d}}\n"
    assert days("{dates: [9 d, 10 d, 14.5 d, 15 d], when: open}", window) == [10, 14.5]


def test_rates_are_read_just_before_the_instant_and_follow_windows():
    """A rate that a window multiplies by zero is silent inside it."""
    found = days("{rate: 2/d*(not open)}", "calendar: {open: {first: 10 d, every: 20 d, lasts: 10 d}}\n")
    assert len(found) > 500
    assert all(not 10 <= day % 20 < 20 for day in found)


def test_a_window_may_have_begun_before_the_start():
    """What repeats from an earlier date is open or closed at the start as its period says."""
    window = "calendar: {open: {first: 2022-07-25, every: 1 mo, lasts: 10 d}}\n"
    assert days("{dates: [0 d, 2.5 d, 3 d, 23.5 d, 24 d], when: open}", window) == [0, 2.5, 24]


def test_windows_that_touch_or_overlap_are_one():
    """A list of windows is open where any of them is."""
    window = "calendar: {open: [{first: 10 d, lasts: 5 d}, {first: 15 d, lasts: 5 d}, {first: 12 d, lasts: 10 d}]}\n"
    assert days("{dates: [9.9 d, 10 d, 15 d, 20 d, 21.9 d, 22 d], when: open}", window) == [10, 15, 20, 21.9]


def test_a_window_around_dates_and_around_an_event():
    """From so long before to so long after each of its dates."""
    around = "{around: [2022-08-21, vote], before: 5 d, after: 1 d}"
    text = f"{HEAD}calendar: {{open: {around}}}\nshocks:\n  vote: {{dates: [40 d]}}\n"
    text += "  s: {first: 0.5 d, every: 1 d, when: open}\noutcomes: {n: {count: s}}\n"
    found = [row["day"] for row in trace(loads(text)).rows() if row["event"] == "s"]
    assert found == [15.5, 16.5, 17.5, 18.5, 19.5, 20.5, 35.5, 36.5, 37.5, 38.5, 39.5, 40.5]


def test_a_share_of_time_measures_a_window_exactly():
    """Calendar names switch when they say, not on the grid."""
    scenario = loads(
        f"{HEAD}calendar: {{open: {{first: 3.3 d, lasts: 7.1 d}}}}\noutcomes: {{s: {{share_of_time: open}}}}"
    )
    assert run(scenario, 1).worlds.s[0] == pytest.approx(7.1 / 730.5, rel=1e-12)
