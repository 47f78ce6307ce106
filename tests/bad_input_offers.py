"""Faulty scenarios about organisations and the ways of offering orders."""

from __future__ import annotations

from bad_input_cases import case, dispatch, edit, put

ORGANISATIONS = "id,name_zh,name_en,zones,services,accept_prob,price_factor,yuan_bath\n"
CARE = "care,照护社,Carers,hill,bath,0.8,1.2,40\n"
RUN = edit("points.csv", "name_en,", "name_en,organisation,"), edit(
    "points.csv", "Hillside,", "Hillside,care,"), edit("points.csv", "Station,", "Station,,")

CASES = (
    case(
        "an organisation that is not there", put("organisations.csv", ORGANISATIONS + CARE), *RUN,
        edit("points.csv", "Hillside,care,", "Hillside,caer,"),
        says='points.csv row 3 column organisation: found "caer"; allowed: care; '
        'did you mean "care"?',
    ),
    case(
        "a territory that is not there",
        put("organisations.csv", ORGANISATIONS + CARE.replace("hill", "hil")), *RUN,
        says='organisations.csv row 2 column zones: found "hil"; allowed: hill, town; '
        'did you mean "hill"?',
    ),
    case(
        "a contract for what nobody does",
        put("organisations.csv", ORGANISATIONS + CARE.replace(",bath", ",bth")), *RUN,
        says='organisations.csv row 2 column services: found "bth"; '
        'allowed: bath, help, talk; did you mean "bath"?',
    ),
    case(
        "a price of a service that is not there",
        put("organisations.csv", ORGANISATIONS.replace("yuan_bath", "yuan_bat") + CARE), *RUN,
        says='organisations.csv row 1 column yuan_bat: found "yuan_bat"; '
        'allowed: yuan_bath, yuan_help, yuan_talk; did you mean "yuan_bath"?',
    ),
    case(
        "a price below nothing",
        put("organisations.csv", ORGANISATIONS + CARE.replace("1.2,40", "-1,-40")), *RUN,
        says=(
            "organisations.csv row 2 column price_factor: found -1; "
            "allowed: a number from 0 to 1,000,000,000",
            "organisations.csv row 2 column yuan_bath: found -40; "
            "allowed: a number from 0 to 1,000,000,000",
        ),
    ),
    case(
        "an offer mode misspelt", dispatch('offer_mode = "grabb"'),
        says='scenario.toml dispatch.offer_mode: found "grabb"; '
        'allowed: assign, grab, pool, hybrid; did you mean "grab"?',
    ),
    case(
        "shown to nobody", dispatch('grab = {to = "people"}'),
        says='scenario.toml dispatch.grab.to: found "people"; allowed: points, caregivers',
    ),
    case(
        "never reacting", dispatch('grab = {reaction = {dist = "never"}}'),
        says='scenario.toml dispatch.grab.reaction.dist: found "never"; '
        "allowed: a distribution of lengths that end; never is for patience",
    ),
    case(
        "more than certain to react", dispatch("grab = {react_prob = 1.5}"),
        says="scenario.toml dispatch.grab.react_prob: found 1.5; allowed: a number from 0 to 1",
    ),
    case(
        "one queue whose people are borrowed and called away",
        dispatch(
            'offer_mode = "pool"\nborrow_km = 3\nreoptimise_every_min = 5\npreempt = true\n'
            "emergency_priority = 9"
        ),
        says=(
            "scenario.toml dispatch.borrow_km: found 3; allowed: 0, as with offer_mode = pool "
            "every caregiver helps everywhere within pool_km",
            "scenario.toml dispatch.reoptimise_every_min: found 5; allowed: 0, as with offer_mode "
            "= pool orders are no point's and all are matched at once",
            "scenario.toml dispatch.preempt: found true; allowed: false, as with offer_mode = pool "
            "no point has a caregiver to call away; or another offer_mode",
        ),
    ),
)
