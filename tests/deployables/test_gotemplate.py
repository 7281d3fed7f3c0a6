import pytest

from promoter.deployables.gotemplate import SUPPORTED, TemplateError, render
from promoter.deployables.gotemplate.slugs import slug

DATA = {
    "name": "shop",
    "path": {
        "path": "apps/shop/envs/prod-eu",
        "basename": "prod-eu",
        "segments": ["apps", "shop", "envs", "prod-eu"],
    },
    "metadata": {"labels": {"tier": "prod", "acme.com/region": "eu"}},
    "count": 3.0,
    "big": 1000000.0,
    "flag": True,
    "none": None,
    "list": ["b", "a"],
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("{{.name}}-{{ .path.basename }}", "shop-prod-eu"),
        ("{{index .path.segments 1}}", "shop"),
        ('{{index .metadata.labels "acme.com/region"}}', "eu"),
        ("a {{- .name -}} b", "ashopb"),
        ("{{/* nothing */}}x", "x"),
        ("{{if .flag}}yes{{else}}no{{end}}", "yes"),
        ('{{if eq .name "x"}}1{{else if eq .name "shop"}}2{{else}}3{{end}}', "2"),
        ("{{range .list}}<{{.}}>{{end}}", "<b><a>"),
        ("{{range $i, $v := .list}}{{$i}}={{$v}};{{end}}", "0=b;1=a;"),
        ("{{range $k, $v := .metadata.labels}}{{$k}},{{end}}", "acme.com/region,tier,"),
        ("{{range .none}}x{{else}}empty{{end}}", "empty"),
        ("{{range .list}}{{break}}{{end}}ok", "ok"),
        ("{{with .metadata}}{{.labels.tier}} {{$.name}}{{end}}", "prod shop"),
        ('{{$x := "a"}}{{if true}}{{$x = "b"}}{{end}}{{$x}}', "b"),
        ("{{.missing}}", "<no value>"),
        ("{{.none}}", "<no value>"),
        ("{{.count}} {{.big}}", "3 1e+06"),
        ("{{.metadata.labels}}", "map[acme.com/region:eu tier:prod]"),
        ("{{.list}}", "[b a]"),
        ("{{.name | upper | quote}}", '"SHOP"'),
        ('{{ .missing | default "x" }}', "x"),
        ("{{ (index .path.segments 3) | trimPrefix `prod-` }}", "eu"),
        ('{{ (dict "a" "b").a }}', "b"),
        ('{{ printf "%s-%03d %q %%" .name 7 "x" }}', 'shop-007 "x" %'),
        ("{{ len .list }}{{ add 1 2 3 }}", "26"),
        ('{{ regexReplaceAll "(\\\\w+)-(\\\\w+)" "a-b" "${2}_$1" }}', "b_a"),
        ('{{ and .flag "last" }}{{ or .none "x" }}{{ not .flag }}', "lastxfalse"),
        ('{{ ternary "a" "b" .flag }}', "a"),
        ('{{ join "," (sortAlpha .list) }}', "a,b"),
        ('{{ splitList "-" .path.basename | first }}', "prod"),
        ('{{ (split "-" .path.basename)._1 }}', "eu"),
        ("{{ .metadata.labels | toJson }}", '{"acme.com/region":"eu","tier":"prod"}'),
        ('{{ (fromYaml "a: [1, x]").a | last }}', "x"),
        ("{{ .metadata | toYaml }}", "labels:\n  tier: prod\n  acme.com/region: eu"),
        ('{{ normalize "My_App.Name!" }}', "my-app.name"),
        ('{{ slugify 10 true "feature/a very long name" }}', "feature-a"),
        ('{{ slugify 10 false "feature/a very long name" }}', "feature-a"),
        ('{{ slugify 12 "feature/a very long name" }}', "feature-a"),
        ('{{ slugify "My_App & Co" }}', "my-app-co"),
        ('{{ dig "labels" "none" "fallback" .metadata }}', "fallback"),
        ('{{ trunc 2 "abcd" }}{{ trunc -2 "abcd" }}', "abcd"),
        ('{{ "a\\nb" | indent 2 }}', "  a\n  b"),
        ('{{ hasKey .metadata "labels" }}{{ has "a" .list }}', "truetrue"),
        ("{{ `raw` }}{{ 'a' }}{{ 0x10 }}{{ 1.5 }}", "raw97161.5"),
        ("{{ div 7 2 }}{{ mod 7 2 }}{{ max 1 5 3 }}", "315"),
        ('{{ merge (dict "a" "1") (dict "a" "2" "b" "3") | toJson }}', '{"a":"1","b":"3"}'),
    ],
)
def test_a_template_gives_what_go_gives(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.missing}}", "there is no parameter 'missing'"),
        ("{{.name", "has no }}"),
        ("{{if .flag}}x", "{{if}} has no {{end}}"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{now}}", "the function now is not supported"),
        ('{{env "HOME"}}', "the function env is not supported"),
        ("{{.name.first}}", "cannot read the field first"),
        ("{{$x}}", "undefined variable $x"),
        ("{{index .list 7}}", "index 7 is out of range of 2"),
        ('{{fail "stop here"}}', "stop here"),
        ("{{trunc}}", "trunc does not take these arguments"),
        ("{{break}}", "outside a range"),
        ("{{.name | 3}}", "no function to pipe into"),
        ('{{range until 9999}}{{repeat 9999 "xxxxxxxxxx"}}{{end}}', "more than 1000000 characters"),
    ],
)
def test_what_go_refuses_is_an_error_that_says_why(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, DATA, missing="error")
    assert message in str(caught.value)


def test_functions_that_depend_on_time_chance_or_the_machine_are_left_out() -> None:
    outside = {"now", "date", "env", "expandenv", "getHostByName", "randAlpha", "uuidv4", "genCA"}
    assert outside.isdisjoint(SUPPORTED)


# What Go 1.26's text/template gives for the same template and data, run beside these.
NAMED = [
    ('{{define "x"}}<{{.}}>{{end}}{{template "x" .name}}', "<shop>"),
    ('{{template "x" .name}}{{define "x"}}<{{.}}>{{end}}', "<shop>"),
    ('{{define "x"}}{{.a}}{{.a.b}}{{end}}{{template "x"}}', "<no value><no value>"),
    ('{{define "x"}}{{$}}{{end}}{{template "x" .name}}', "shop"),
    ('{{define "x"}}a{{end}}{{define "x"}} {{end}}{{template "x"}}', "a"),
    ('{{define "x"}} {{end}}{{define "x"}}b{{end}}{{template "x"}}', "b"),
    ('{{block "x" .name}}[{{.}}]{{end}}{{template "x" "again"}}', "[shop][again]"),
    ('{{if true}}{{block "x" .list}}{{range .}}{{.}}{{end}}{{end}}{{end}}', "ba"),
    ('{{range .list}}{{template "x" .}}{{end}}{{define "x"}}{{.}},{{end}}', "b,a,"),
    ('{{define "x"}}{{template "y" .}}!{{end}}{{define "y"}}{{.name}}{{end}}{{template "x" .}}', "shop!"),
    ('{{define "x" -}}  a  {{- end}}|{{template "x"}}|', "|a|"),
    ('{{template "x" $y := .name}}{{define "x"}}{{.}}{{end}}', "shop"),
    ("{{define `x`}}raw{{end}}{{template `x`}}", "raw"),
    ('{{template "x" .name | printf "%s!"}}{{define "x"}}{{.}}{{end}}', "shop!"),
    ("{{with .none}}a{{else with .name}}{{.}}{{end}}", "shop"),
]
REFUSED = [
    ('{{define "x"}}{{$y}}{{end}}{{$y := 1}}{{template "x" .}}', "undefined variable $y"),
    ('{{define "x"}}a{{end}}{{define "x"}}b{{end}}', "multiple definition of the template 'x'"),
    ('{{block "x"}}a{{end}}', "the block 'x' is given no value"),
    ('{{template "gone" .}}', "the template 'gone' is not defined"),
    ("{{template x .}}", "{{template}} has no quoted name"),
    ('{{if true}}{{define "x"}}a{{end}}{{end}}', "unexpected {{define}} inside another action"),
    ('{{define "x"}}{{define "y"}}a{{end}}{{end}}', "unexpected {{define}} inside another action"),
    ('{{define "x"}}a', "{{define}} has no {{end}}"),
    ('{{define "x" .}}a{{end}}', "unexpected '.' in {{define}}"),
    ('{{define "x"}}{{break}}{{end}}{{range .list}}{{template "x"}}{{end}}', "{{break}} outside a range"),
    ('{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', "the template is nested too deeply"),
    ("{{range .none}}a{{else range .list}}b{{end}}", "{{range}} has no {{end}}"),
    ("{{if false}}{{else with .name}}x{{end}}", "unexpected {{else with}} in {{if}}"),
]


@pytest.mark.parametrize(("template", "expected"), NAMED)
def test_define_template_and_block_give_what_go_gives(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(("template", "message"), REFUSED)
def test_named_templates_that_go_refuses_are_errors_that_say_why(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, DATA)
    assert message in str(caught.value)


INPUTS = {"tenant": "team1", "app": {"replicas": 2.0}}
ANGLED = [
    ("<< inputs.tenant >>", "team1"),
    ("<< inputs.tenant | quote >>", '"team1"'),
    ('a <<- if eq inputs.tenant "team1" >>on<< else >>off<< end >>', "aon"),
    ("<< inputs.app.replicas | int >>", "2"),
    ("<< range $k, $v := inputs >><< $k >>;<< end >>", "app;tenant;"),
    ("<< with inputs.app >><< .replicas >><< end >>", "2"),
    ("<< if gt (inputs.app.replicas | int) 1 >>many<< end >>", "many"),
    ("{{ .keep }} << inputs.tenant >><</* no */>>", "{{ .keep }} team1"),
    ('<< printf "%s>>x" inputs.tenant >>', "team1>>x"),
]


@pytest.mark.parametrize(("template", "expected"), ANGLED)
def test_other_delimiters_and_the_field_of_a_function_are_read_as_in_go(
    template: str, expected: str
) -> None:
    functions = {"inputs": lambda: INPUTS}
    assert render(template, None, "error", delimiters=("<<", ">>"), functions=functions) == expected


@pytest.mark.parametrize("template", ["<< inputs.gone >>", "<< .x >>", '<< inputs.tenant "x" >>'])
def test_with_other_delimiters_what_is_missing_is_an_error(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, None, "error", delimiters=("<<", ">>"), functions={"inputs": lambda: INPUTS})


# What gosimple/slug 1.15 gives for the same name, length and smart.
SLUGS = [
    ("My_App", 50, True, "my_app"),
    ("a & b", 50, True, "a-and-b"),
    ("me@home", 10, False, "meathome"),
    ("me@home", 3, True, "mea"),
    ("a__b", 50, True, "a__b"),
    ("--a--", 50, False, "a"),
    ("\u00dcn\u00efcode", 50, True, "unicode"),
    ("a-b-c-d-e-f", 3, True, "a-b"),
    ("x" * 70, 63, True, "x" * 63),
    ("word " * 20, 50, False, "word-word-word-word-word-word-word-word-word-word"),
    ("  x  ", 50, True, "x"),
]


@pytest.mark.parametrize(("name", "length", "smart", "expected"), SLUGS)
def test_a_slug_is_the_one_that_go_makes(name: str, length: int, *, smart: bool, expected: str) -> None:
    assert slug(name, length, smart=smart) == expected


def test_a_slug_of_another_alphabet_is_an_error_and_no_guess() -> None:
    with pytest.raises(TemplateError) as caught:
        slug("\u65e5\u672c", 50, smart=True)
    assert "needs a transliteration that is not known here" in str(caught.value)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{09}}", "09 is no number that can be read"),
        ('{{"\\xZZ"}}', '"\\xZZ" is no string that can be read'),
        ('{{"\\q"}}', '"\\q" is no string that can be read'),
        ('{{"\\400"}}', '"\\400" is no string that can be read'),
        ('{{"\\UFFFFFFFF"}}', '"\\UFFFFFFFF" is no string that can be read'),
        ("{{'ab'}}", "'ab' is no char that can be read"),
        ("{{'\\z'}}", "'\\z' is no char that can be read"),
        ('{{template "\\q"}}', '"\\q" is no string that can be read'),
    ],
)
def test_a_literal_that_go_cannot_read_is_an_error_that_names_it(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, DATA)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{'a'}}", "97"),
        (r'{{"\u00fc\x41\101\t"}}', "üAA\t"),
        ("{{range 3}}{{.}}{{end}}", "012"),
        ("{{range .list}}{{if eq . `b`}}{{continue}}{{end}}{{.}}{{end}}", "a"),
        ('{{define "a"}}[{{.x.y}}]{{end}}{{template "a"}}', "[<no value>]"),
        ("{{range $i, $v := .list}}{{if $i}},{{end}}{{$v}}{{end}}", "b,a"),
        ('{{$x := 1}}{{range .list}}{{with "w"}}{{$x = 2}}{{end}}{{end}}{{$x}}', "2"),
        ("{{.list | toJson}}", '["b","a"]'),
        ('{{define "a"}} {{end}}{{define "a"}}x{{end}}{{define "a"}} {{end}}{{template "a"}}', "x"),
        ("{{and false .nothing.there}}", "false"),
    ],
)
def test_rare_forms_give_what_go_gives(template: str, expected: str) -> None:
    assert render(template, DATA) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{{template "x"}}', "the template 'x' is not defined"),
        (
            '{{define "a"}}{{break}}{{end}}{{range .list}}{{template "a"}}{{end}}',
            "{{break}} outside a range",
        ),
        ('{{"a" | .name}}', "only a function can be piped into"),
        ('{{"a" | "b"}}', '\'"b"\' is no function to pipe into in {{"a" | "b"}}'),
        ("{{.name.y}}", "cannot read the field y of 'shop'"),
        ("{{.none.y}}", "nothing to read the field y of"),
        ("{{range .name}}{{end}}", "cannot range over 'shop'"),
        ("{{range 2000000}}{{end}}", "it ranges over 2000000 numbers"),
        ("{{$y = 2}}", "undefined variable $y"),
        ("{{$y}}", "undefined variable $y"),
        ('{{block "b"}}x{{end}}', "the block 'b' is given no value"),
        ("{{template}}", "{{template}} has no quoted name"),
        ("{{.name | }}", "a command is missing in {{.name |}}"),
        ("{{}}", "an action is empty"),
        ("{{(.name}}", "expected ')' in {{(.name}}"),
        ("{{end}}", "unexpected {{end}}"),
        ("{{if true}}{{else with 1}}{{end}}", "unexpected {{else with}} in {{if}}"),
        ("{{if true}}", "{{if}} has no {{end}}"),
        ("{{continue}}", "{{continue}} outside a range"),
        ('{{if true}}{{define "a"}}{{end}}{{end}}', "unexpected {{define}} inside another action"),
        ('{{define "a" 1}}{{end}}', "unexpected '1' in {{define}}"),
        ("{{len 1 |}}", "a command is missing in {{len 1 |}}"),
        ("{{/* open", "an action has no }}"),
        ("{{.name := 1}}", "unexpected ':=' in {{.name := 1}}"),
        ("{{.name ~ 1}}", "unexpected '~' in {{.name ~ 1}}"),
        ("{{.name , 1}}", "unexpected ',' in {{.name , 1}}"),
    ],
)
def test_rare_mistakes_are_errors_that_say_why(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, DATA)
    assert str(caught.value) == message


def test_a_template_that_is_given_nothing_refuses_a_field_where_the_option_asks_for_it() -> None:
    with pytest.raises(TemplateError, match="nothing to read the field x of"):
        render('{{define "a"}}{{.x}}{{end}}{{template "a"}}', DATA, missing="error")
