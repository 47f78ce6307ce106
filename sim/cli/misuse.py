"""A command line that cannot be made sense of, as a fault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sim.scenario.faults import NOTHING, Fault, Words, listed, nearest, shown
from sim.words.glossary import LANGS

MOST = 40
"""Commands named at once."""


def misused(error: Any, arguments: Sequence[str]) -> Fault:
    """The fault behind an error of the parser: an option's value, or what the command is given."""
    context = error.ctx
    command = context.command_path if context else "hotline"
    param, option = getattr(error, "param", None), getattr(error, "option_name", "")
    if param is not None:
        name = next((o for o in param.opts if o.startswith("--")), param.metavar)
        value = _given(param.opts, arguments)
        zh, _, en = param.help.partition("。 ")
        allowed = Words(en[:1].lower() + en[1:].rstrip("."), zh)
        if value is not None:
            allowed = listed(LANGS) if name == "--lang" else Words("a whole number", "整数")
        return Fault(name, "", NOTHING if value is None else shown(value), allowed)
    listing = getattr(context.command, "list_commands", None) if context else None
    commands = listing(context) if listing else []
    if hasattr(error, "possibilities"):
        there = [o for p in context.command.params for o in p.opts if o.startswith("-")]
        first = listed(commands, MOST)
        allowed = listed(there) if there else Words(f"a command: {first}", f"命令：{first.zh}")
        return Fault(command, "", shown(option), allowed, nearest(option, there))
    if option:
        if "does not take" in error.message:
            return Fault(option, "", Words("a value", "带了值"), Words("no value", "不带值"))
        return Fault(option, "", NOTHING, Words("a value", "一个值"))
    quoted = re.search(r"'(.*?)'", error.message)
    if quoted:
        return Fault(command, "", shown(quoted[1]), listed(commands, MOST),
                     nearest(quoted[1], commands))
    extra = re.search(r"\((?!s\))(.*)\)", error.message)
    own = " ".join(p.metavar for p in context.command.params if p.param_type_name == "argument")
    allowed = Words(f"options, {own}" if own else "options", f"选项、{own}" if own else "选项")
    return Fault(command, "", shown(extra[1] if extra else error.message), allowed)


def _given(names: Sequence[str], arguments: Sequence[str]) -> str | None:
    """What stands behind an option on the command line, the last time; None where nothing does."""
    for place, argument in reversed(list(enumerate(arguments))):
        option, sign, value = argument.partition("=")
        if option in names and sign:
            return value
        if option in names and place + 1 < len(arguments):
            return arguments[place + 1]
        short = next((n for n in names if len(n) == 2 and argument.startswith(n)), "")
        if short and argument[1] != "-" and len(argument) > 2:
            return argument[2:]
    return None
