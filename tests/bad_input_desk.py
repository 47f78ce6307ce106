"""Faulty scenarios of what lies beyond the hotline's own queue: tiers, virtual hold, experts."""

from __future__ import annotations

from bad_input_cases import PLANS, case, edit, put, toml

CITY = '[tiers.city]\nname_zh = "市"\nname_en = "City"'
CASES = (
    # Tiers above
    case(
        "passed on to nobody", toml("lines = 100", "lines = 100\noverflow_after_s = 60"),
        says="scenario.toml hotline.overflow_after_s: found 60; "
        "allowed: none, or another tier after it: [tiers.<name>]",
    ),
    case(
        "passed on by the last tier",
        toml("lines = 100", "lines = 100\noverflow_after_s = 60"),
        toml("[travel]", f"{CITY}\noverflow_after_s = 30\n\n[travel]"),
        says="scenario.toml tiers.city.overflow_after_s: found 30; "
        "allowed: none, or another tier after it: [tiers.<name>]",
    ),
    case(
        "tiers that no call reaches",
        toml("[travel]", f"{CITY}\n\n{CITY.replace('city', 'province')}\n\n[travel]"),
        says=(
            "scenario.toml tiers.city: found a tier that no call reaches; "
            "allowed: hotline.overflow_after_s, or hotline.when_closed = handed_to_12345, "
            "that leads there",
            "scenario.toml tiers.province: found a tier that no call reaches; "
            "allowed: tiers.city.overflow_after_s, that leads there",
        ),
    ),
    case(
        "a tier's misspelt key", toml("lines = 100", "lines = 100\noverflow_after_s = 60"),
        toml("[travel]", f"{CITY}\nsettle_porb = 0.5\n\n[travel]"),
        says='scenario.toml tiers.city.settle_porb: found "settle_porb"; allowed: ...; '
        'did you mean "settle_prob"?',
    ),
    # Virtual hold
    case(
        "virtual hold that is never offered", toml("[travel]", "[hold]\nprob = 0.5\n\n[travel]"),
        says="scenario.toml hold.prob: found 0.5; "
        "allowed: 0, or hold.after_s or hold.queue that says when it is offered",
    ),
    case(
        "virtual hold's limits",
        toml("[travel]", "[hold]\nprob = 2\ntries = 0\nqueue = -1\n\n[travel]"),
        says=(
            "scenario.toml hold.prob: found 2; allowed: a number from 0 to 1",
            "scenario.toml hold.queue: found -1; allowed: a whole number from 0 to 1,000,000",
            "scenario.toml hold.tries: found 0; allowed: a whole number from 1 to 5",
        ),
    ),
    case(
        "a phone that rings for ever",
        toml("[travel]", '[hold]\nring = {dist = "never"}\n\n[travel]'),
        says='scenario.toml hold.ring.dist: found "never"; '
        "allowed: a distribution of lengths that end; never is for patience",
    ),
    # Experts
    case(
        "a remote service that nobody can give",
        put("experts.csv", "id,count,skills,shifts\ndoctors,1,heart,early\n"),
        edit("services.csv", "Bath,visit", "Bath,remote"),
        says=(
            "services.csv row 3 column crew: found 2; allowed: 1, as one expert serves a client",
            'services.csv row 3 column mode: found "remote"; '
            "allowed: somebody in experts.csv who has its skill and grade",
        ),
    ),
    case(
        "an expert's service without a length",
        edit("services.csv", "Advice,advice", "Advice,remote"),
        says="services.csv row 4: found nothing; "
        "allowed: a duration, as an expert serves so long: ...",
    ),
    case(
        "experts with shifts and ids that are not their own",
        put("experts.csv", "id,count,skills,shifts\ndesk,1,heart,erly\n"),
        says=(
            'experts.csv row 2 column id: found "desk"; allowed: an id that no other staff has',
            'experts.csv row 2 column shifts: found "erly"; allowed: early, late, round; '
            'did you mean "early"?',
        ),
    ),
    # Plans of experts' sessions and of meals
    case(
        "a plan of an expert's sessions, from a usual point",
        edit("services.csv", "Bath,visit,lognormal,,,bathing,2,2",
             "Bath,remote,lognormal,,,bathing,2,1"),
        put("experts.csv", "id,count,skills,grade,shifts\ndoctors,1,bathing,2,early\n"),
        put("plans.csv", PLANS + "p,bath,elder,1,week,08:00,18:00,hillside\n"),
        says='plans.csv row 2 column point: found "hillside"; allowed: nothing, as nobody goes out '
        "from a usual point to a service of mode remote",
    ),
    case(
        "a plan of meals too early, on any day, from no kitchen",
        edit("services.csv", "Bath,visit,lognormal,,,bathing,2,2",
             "Bath,delivery,lognormal,,,bathing,2,1"),
        put("plans.csv", PLANS + "p,bath,elder,1,week,03:00,18:00,\n"),
        says=(
            "plans.csv row 2 column opens: found 03:00; "
            "allowed: at least lead_h, 4 hours, after midnight, when it is ordered",
            'plans.csv row 2 column service: found "bath"; '
            "allowed: a delivery that a meal point of some kitchen of kitchens.csv offers",
            'plans.csv row 2 column within: found "period"; '
            "allowed: day, as a delivery is for its date",
            'requests.csv row 3 column service: found "bath"; '
            "allowed: a delivery that a meal point of some kitchen of kitchens.csv offers",
        ),
    ),
)
