"""What an owner chooses for the look of a form, as the lines that say it on a page."""

from hypothesis import given
from hypothesis import strategies as st

from service.submissions.form_look import VARIABLES, look_in, sheet

BASE = "https://comments.example"


def test_choices_become_attributes_of_the_script_and_variables_of_a_rule():
    look = look_in(
        {"theme": "dark", "language": "pt-BR", "place": "last", "accent": "#A30", "radius": "0", "space": "1.5rem"}
    )

    assert look.script_line(BASE, "demo") == (
        '<script src="https://comments.example/embed.js" defer data-site="demo"'
        ' data-lang="pt-BR" data-theme="dark" data-form="last"></script>'
    )
    assert look.style_lines.splitlines() == [
        "<style>",
        ".rejoinder {",
        "  --rejoinder-accent: #a30;",
        "  --rejoinder-radius: 0;",
        "  --rejoinder-space: 1.5rem;",
        "}",
        "</style>",
    ]


def test_what_is_not_chosen_needs_no_line():
    look = look_in({"accent": "", "radius": " ", "theme": "", "heading": ""})

    assert look.script_line(BASE, "demo") == f'<script src="{BASE}/embed.js" defer data-site="demo"></script>'
    assert (look.style_lines, look.wrong) == ("", ())


def test_a_default_is_a_choice_beside_another_choice():
    look = look_in({"radius": "0", "button-radius": "6px", "theme": "dark", "background": "transparent"})

    assert look.variables == {"radius": "0", "button-radius": "6px", "background": "transparent"}


def test_what_nobody_offers_is_left_out_and_a_value_that_is_none_is_named():
    look = look_in(
        {"theme": "pink", "heading": "7", "language": "xx", "accent": "blue", "indent": "2", "hue": "#12345"}
    )

    assert (look.attributes, look.variables) == ({}, {})
    assert look.wrong == ("accent", "hue", "indent")


@given(st.dictionaries(st.sampled_from([*VARIABLES, "theme", "language", "style"]), st.text()))
def test_no_text_gets_out_of_its_place_in_the_lines_or_the_style_sheet(args):
    look = look_in(args)

    assert look.script_line(BASE, "demo").count("<") == 2
    assert sheet(look).count("{") == sheet(look).count("}") == 1
    assert sheet(look).count(";") == len(look.variables)
    assert not set(sheet(look)) & set("()@\\<>\"'*")
