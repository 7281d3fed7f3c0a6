import pytest

from promoter.lint.placeholders import asks_to_be_replaced, fills_a_place, is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "changeme", "CHANGE_ME", " change-me\n", "change me", "<replace-me>", "__REPLACE_ME__",
        "{change_this}", "please-change-me", "changeme123", "changeme!", "placeholder",
        "replace-with-real-token", "your-value-here", "YOUR_TOKEN",
    ],
)  # fmt: skip
def test_texts_that_ask_to_be_replaced_are_placeholders(text: str) -> None:
    assert asks_to_be_replaced(text)
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    ["imagePlaceholder", "REDACTED", "[redacted]", "***", "<a>"],
)
def test_texts_that_show_where_a_value_was_ask_for_nothing(text: str) -> None:
    assert is_placeholder(text)
    assert not asks_to_be_replaced(text)


@pytest.mark.parametrize("text", ["dummy", "dummy-password", "x", "xxxx", "..."])
def test_texts_that_fill_a_place_may_still_be_used_as_values(text: str) -> None:
    assert fills_a_place(text)
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "hunter2", "exchange-messages", "replacement", "changes", "yourls", "your own", "place", "xyz",
        "..", "change me before you go live", "a: changeme\nb: hunter2",
    ],
)  # fmt: skip
def test_values_and_sentences_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)
    assert not fills_a_place(text)
