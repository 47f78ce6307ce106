"""Faulty scenarios as Excel and a tester make them: units in cells, commas, what has no effect."""

from __future__ import annotations

from bad_input_cases import FUNDS, PLANS, case, edit, put, shock
from bad_input_offers import CARE, ORGANISATIONS

PLACES = "id,point,kind,count,open\n"
ADMISSIONS = "id,kinds\n"
STAY = edit("services.csv", "Bath,visit,lognormal,,,bathing,2,2",
            "Bath,place,lognormal,,,bathing,2,2")

CASES = (
    case(
        "units in the cells",
        put("funds.csv", FUNDS + "f,资金,Fund,bath,,40万元,\"¥2,000\",yes,1月\n"),
        edit("operators.csv", "evening,1", "evening,１人"),
        edit("services.csv", "id,", "price_yuan,id,"), edit("services.csv", "\nhelp", "\n0,help"),
        edit("services.csv", "\nbath", "\n40元,bath"), edit("services.csv", "\ntalk", "\n,talk"),
        says=(
            'funds.csv row 2 column first_month: found "1月"; '
            "allowed: a whole number from 1 to 12",
            'funds.csv row 2 column yuan_per_client_year: found "¥2,000"; '
            'allowed: a number from 0 to 1,000,000,000; did you mean "2000"?',
            'funds.csv row 2 column yuan_per_year: found "40万元"; '
            'allowed: a number from 0 to 1,000,000,000; did you mean "400000"?',
            'operators.csv row 3 column count: found "１人"; '
            'allowed: a whole number from 0 to 1,000,000; did you mean "1"?',
            'services.csv row 3 column price_yuan: found "40元"; '
            'allowed: a number from 0 to 1,000,000,000; did you mean "40"?',
        ),
    ),
    case(
        "villages parted by a comma",
        put("caregivers.csv", "id,point,count,skills,grade,shifts,mode,zones\n"
            "team,station,2,,,round,ebike,\"twon, hill\"\n"
            "bathers,hillside,2,bathing,2,early | late,ebike,\n"),
        says='caregivers.csv row 2 column zones: found "twon, hill"; allowed: hill, town; '
        'did you mean "town | hill"?',
    ),
    case(
        "a contract that leaves a service to nobody",
        put("organisations.csv", ORGANISATIONS + CARE.replace(",bath", ",help | talk")),
        edit("points.csv", "name_en,", "name_en,organisation,"),
        edit("points.csv", "Hillside,", "Hillside,care,"),
        edit("points.csv", "Station,", "Station,care,"),
        says='requests.csv row 3 column service: found "bath"; allowed: a service that some point '
        "of points.csv offers, its organisation contracted for it",
    ),
    case(
        "more visits than its weekdays have dates",
        put("plans.csv", PLANS.replace("per", "days,per")
            + "w,help,elder,3,Mon Wed,week,08:00,18:00,\n"
            + "m,help,elder,10,Mon Wed,month,08:00,18:00,\n"
            + "n,help,elder,11,Mon Wed,month,08:00,18:00,\n"
            + "y,help,elder,54,Tue,year,08:00,18:00,\n"
            + "s,help,elder,7,Sun,week,08:00,18:00,\n"),
        says=(
            "plans.csv row 2 column visits: found 3; allowed: at most 2 in a week, one a date",
            "plans.csv row 4 column visits: found 11; allowed: at most 10 in a month, one a date",
            "plans.csv row 5 column visits: found 54; allowed: at most 53 in a year, one a date",
        ),
    ),
    case(
        "a shock after the run", shock('begins = "2027-03-02"\nends = "2027-03-03"'),
        says='scenario.toml shocks.flu.begins: found "2027-03-02 00:00"; '
        "allowed: a moment before the run ends, 2026-03-05 00:00; or on = false",
    ),
    case(
        "a shock before the run", shock('begins = "2026-03-01"\nends = "2026-03-02"'),
        says='scenario.toml shocks.flu.ends: found "2026-03-02 00:00"; '
        "allowed: a moment after the run begins, 2026-03-02 00:00; or on = false",
    ),
    case(
        "no time on the road",
        shock('begins = "2026-03-02"\nends = "2026-03-03"\nspeed_factor = 1e9'),
        says="scenario.toml shocks.flu.speed_factor: found 1000000000; "
        "allowed: a number above 0 and at most 100",
    ),
    case(
        "two kinds parted by a comma", STAY,
        put("places.csv", PLACES + "beds,station,bed,3,always\nseats,station,seat,3,\n"),
        put("admissions.csv", ADMISSIONS + "bath,\"bed, seat\"\n"),
        says='admissions.csv row 2 column kinds: found "bed, seat"; allowed: bed, seat; '
        'did you mean "bed | seat"?',
    ),
    case(
        "two kinds in one row", STAY,
        put("places.csv", PLACES + "beds,station,bed,3,always\nmore,station,seat | bed,3,\n"),
        put("admissions.csv", ADMISSIONS + "bath,bed\n"),
        says=(
            'places.csv row 3 column kind: found "seat | bed"; allowed: one kind in a row, '
            "without |",
            'services.csv row 3 column skill: found "bathing"; allowed: nothing, ...',
        ),
    ),
    case(
        "sentences with formats of their own",
        put("answers.csv", "id,measure,answer_zh,answer_en\n"
            "a,on_time,{value:.1f},{value}\nb,on_time,{value},{value!r}\nc,on_time,{},{value}\n"
            "d,on_time,{{{value}}},{value} of {n}\n"),
        says=(
            'answers.csv row 2: found answer_zh = "{value:.1f}", answer_en = "{value}"; '
            "allowed: in braces only given, high, low, n, value",
            'answers.csv row 3: found answer_zh = "{value}", answer_en = "{value!r}"; '
            "allowed: in braces only given, high, low, n, value",
            'answers.csv row 4: found answer_zh = "{}", answer_en = "{value}"; '
            "allowed: in braces only given, high, low, n, value",
        ),
    ),
    case(
        "a province of too many counties", sets=("province.counties=100000",),
        says="--set province.counties: found 100000; allowed: a whole number from 0 to 9,999",
    ),
    case(
        "a stay that needs a skill", STAY,
        put("places.csv", PLACES + "beds,station,bed,3,always\n"),
        put("admissions.csv", ADMISSIONS + "bath,bed\n"),
        says='services.csv row 3 column skill: found "bathing"; allowed: nothing, as carer_skill '
        "and places_per_carer in places.csv say who looks after clients",
    ),
)
