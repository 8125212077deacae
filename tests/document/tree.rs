//! The reader of JSON and YAML.

use leadstage::tree::{Content, Node, Tree, write_compact, write_pretty};

const LIMIT: usize = 1 << 20;

fn json(text: &str) -> Result<String, String> {
    show(Tree::parse_json(text, LIMIT))
}

fn yaml(text: &str) -> Result<String, String> {
    show(Tree::parse(text, LIMIT))
}

fn show(tree: Result<Tree, leadstage::problem::Problem>) -> Result<String, String> {
    let tree = tree.map_err(|problem| format!("{} {}", problem.code, problem.path))?;
    if let Some(problem) = tree.problems.first() {
        return Err(format!("{} {}", problem.code, problem.path));
    }
    let mut out = String::new();
    write_compact(&mut out, &tree.root);
    Ok(out)
}

#[test]
fn json_is_read() {
    for (text, expected) in [
        (" null ", "null"),
        ("[true,false]", "[true,false]"),
        ("[0,-0.5,1E2,12e-1,1.50]", "[0,-0.5,100,1.2,1.5]"),
        ("{}", "{}"),
        ("[ ]", "[]"),
        (
            r#"{"b":{"d":[],"c":1},"a":"x"}"#,
            r#"{"a":"x","b":{"c":1,"d":[]}}"#,
        ),
        (
            r#""\u0041\ud83d\ude00\/\b\f\n\r\t\"\\""#,
            "\"A😀/\\b\\f\\n\\r\\t\\\"\\\\\"",
        ),
        ("\u{feff}[1]", "[1]"),
        ("\"\u{7f}é\"", "\"\u{7f}é\""),
    ] {
        assert_eq!(json(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "True",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":}",
        "{1:2}",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "\"a",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ude00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800x\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "// no\n1",
        "[1] x",
        "\u{a0}1",
    ] {
        assert_eq!(json(text), Err(String::from("syntax ")), "{text}");
    }
}

#[test]
fn yaml_scalars_are_those_of_the_core_schema() {
    for (text, expected) in [
        ("null", "null"),
        ("~", "null"),
        ("NULL", "null"),
        ("nUll", "\"nUll\""),
        ("true", "true"),
        ("TRUE", "true"),
        ("yes", "\"yes\""),
        ("no", "\"no\""),
        ("on", "\"on\""),
        ("\"true\"", "\"true\""),
        ("'1'", "\"1\""),
        ("12", "12"),
        ("-012", "-12"),
        ("+3", "3"),
        ("0o14", "12"),
        ("0x1F", "31"),
        ("1_000", "\"1_000\""),
        ("0b11", "\"0b11\""),
        (".5", "0.5"),
        ("5.", "5"),
        ("-1.5e3", "-1500"),
        ("1e", "\"1e\""),
        (".", "\".\""),
        ("-", "[null]"),
        ("2026-11-22", "\"2026-11-22\""),
        ("2026-11-22T09:30:00Z", "\"2026-11-22T09:30:00Z\""),
        ("12:30:45", "\"12:30:45\""),
        ("1.2.3", "\"1.2.3\""),
        ("a: b", "{\"a\":\"b\"}"),
        (
            "1: x\ntrue: y\n~: z",
            "{\"1\":\"x\",\"true\":\"y\",\"~\":\"z\"}",
        ),
        ("a:", "{\"a\":null}"),
        ("{a: 1, b: [x, 'y']}", "{\"a\":1,\"b\":[\"x\",\"y\"]}"),
        ("|\n  a\n  b\n", "\"a\\nb\\n\""),
        (">-\n  a\n  b\n", "\"a b\""),
        ("# nothing", "null"),
        ("---\na: 1\n...\n", "{\"a\":1}"),
        ("[1,]", "[1]"),
    ] {
        assert_eq!(yaml(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn yaml_beyond_the_format_is_refused() {
    for text in [
        "!!str 5",
        "a: !custom {}",
        "- !!set {a}",
        "a: 1\n---\nb: 2",
        "[a, b]: 1",
        "? {a: 1}\n: 2",
        "&x [*x]",
        "a: *nobody",
        "{",
        "\"\\ud800\"",
    ] {
        assert_eq!(yaml(text), Err(String::from("syntax ")), "{text}");
    }
    assert_eq!(
        yaml("a: &x {b: 1}\nc: {<<: *x}"),
        Err(String::from("unknown_field /c/<<"))
    );
    assert_eq!(
        yaml("a: 1\nb: {c: 1, 'c': 2}"),
        Err(String::from("duplicate_key /b/c"))
    );
    // In JSON `<<` is a key as any other.
    assert_eq!(json("{\"<<\":1}").as_deref(), Ok("{\"<<\":1}"));
}

#[test]
fn aliases_stand_for_what_they_name() {
    let text = "a: &x [1, {b: &y z}]\nc: *x\n*y : *y";
    assert_eq!(
        yaml(text).as_deref(),
        Ok(r#"{"a":[1,{"b":"z"}],"c":[1,{"b":"z"}],"z":"z"}"#)
    );
}

/// A billion laughs, and its cousin that doubles one long text.
#[test]
fn aliases_are_not_written_out_without_end() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs += &format!("a{level}: &a{level} [{list}]\n");
    }
    assert!(yaml(&laughs).unwrap_err().starts_with("too_large /a"));
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(10_000),
        vec!["*a"; 1_000].join(", ")
    );
    assert_eq!(yaml(&long), Err(String::from("too_large /b/103")));
    let mut deep = String::from("a0: &a0 [x]\n");
    for level in 1..70 {
        deep += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    assert_eq!(yaml(&deep), Err(String::from("too_deep /a63/0")));
}

#[test]
fn the_size_and_the_depth_have_limits() {
    let text = format!("\"{}\"", "a".repeat(98));
    assert!(Tree::parse(&text, 100).is_ok());
    assert_eq!(Tree::parse(&text, 99).unwrap_err().code, "too_large");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        assert!(json(&nested(64)).is_ok());
        let problem = Tree::parse(&nested(65), LIMIT).unwrap_err();
        assert_eq!(problem.code, "too_deep");
        assert_eq!(
            problem.path,
            if open == "[" { "/0" } else { "/a" }.repeat(64)
        );
        // Far beyond, the end is not looked for.
        assert_eq!(
            Tree::parse(&open.repeat(100_000), LIMIT).unwrap_err().code,
            "too_deep"
        );
    }
}

fn at(node: &Node) -> (u32, u32) {
    (node.at.line, node.at.column)
}

#[test]
fn every_part_knows_its_place() {
    let json = "{\n  \"é\": [1,\n 😀]}".replace("😀", "\"😀\", true");
    let tree = Tree::parse_json(&json, LIMIT).unwrap();
    let Content::Object(entries) = &tree.root.content else {
        panic!()
    };
    assert_eq!(at(&tree.root), (1, 1));
    assert_eq!((entries[0].at.line, entries[0].at.column), (2, 3));
    assert_eq!(at(&entries[0].value), (2, 8));
    let places: Vec<_> = entries[0].value.as_list().unwrap().iter().map(at).collect();
    assert_eq!(places, [(2, 9), (3, 2), (3, 7)]);

    let tree = Tree::parse("# é\na:\n  - é: x\n    b: {c: 😀, d: y}\n", LIMIT).unwrap();
    let item = &tree.root.get("a").unwrap().as_list().unwrap()[0];
    assert_eq!(at(&tree.root), (2, 1));
    assert_eq!(at(item), (3, 5));
    assert_eq!(at(item.get("é").unwrap()), (3, 8));
    assert_eq!(at(item.get("b").unwrap()), (4, 8));
    assert_eq!(at(item.get("b").unwrap().get("d").unwrap()), (4, 18));
}

#[test]
fn trees_are_written_for_people_as_well() {
    let tree = Tree::parse("{b: [1, {}], a: []}", LIMIT).unwrap();
    let mut out = String::new();
    write_pretty(&mut out, &tree.root);
    assert_eq!(out, "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": []\n}");
}

/// Serde's reader and ours agree on what JSON is, and on what it says, for texts that are nearly JSON.
#[test]
fn a_second_reader_of_json_agrees() {
    let seeds = [
        r#"{"a": [1, -2.5e3, true, null], "b": {"c": "x\n\u0041", "d": ""}}"#,
        r#"[[], {}, "é😀", 0, 0.125, "\ud83d\ude00\\"]"#,
    ];
    let letters: Vec<char> = "{}[]\",:\\u019eE+-.tfn \n\té".chars().collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    let (mut good, mut bad) = (0, 0);
    for round in 0..40_000 {
        let mut text: Vec<char> = seeds[round % 2].chars().collect();
        for _ in 0..1 + random(2) {
            let at = random(text.len());
            match random(3) {
                0 => text[at] = letters[random(letters.len())],
                1 => text.insert(at, letters[random(letters.len())]),
                _ => drop(text.remove(at)),
            }
        }
        let text: String = text.into_iter().collect();
        let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
        let ours = Tree::parse_json(&text, LIMIT);
        match (&theirs, &ours) {
            (Ok(theirs), Ok(ours)) => {
                good += 1;
                assert!(
                    same(theirs, &ours.root) || !ours.problems.is_empty(),
                    "{text}"
                );
            }
            (Err(_), Err(_)) => bad += 1,
            // Numbers too large for 64-bit floats are numbers here.
            (Err(error), Ok(_)) => assert!(
                error.to_string().contains("out of range"),
                "{text}: {error}"
            ),
            (Ok(_), Err(problem)) => panic!("{text}: {problem}"),
        }
    }
    assert!(good > 1_000 && bad > 1_000, "{good} good, {bad} bad");
}

fn same(theirs: &serde_json::Value, ours: &Node) -> bool {
    use serde_json::Value;
    match (theirs, &ours.content) {
        (Value::Null, Content::Null) => true,
        (Value::Bool(one), Content::Boolean(other)) => one == other,
        (Value::Number(one), Content::Number(other)) => one.as_f64() == other.parse().ok(),
        (Value::String(one), Content::Text(other)) => **one == **other,
        (Value::Array(one), Content::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Content::Object(other)) => {
            one.len() == other.len()
                && other.iter().all(|entry| {
                    one.get(&*entry.key)
                        .is_some_and(|one| same(one, &entry.value))
                })
        }
        _ => false,
    }
}

/// Whatever the text, reading ends, and without a panic.
#[test]
fn no_text_makes_the_reader_fail_otherwise() {
    let seed =
        "a: &x [1, 'b', \"c\\n\"]\nd: {e: *x, ? f : g}\nh: |\n  i\n  j\nk: >-\n  l\n# m\n- n\n";
    let letters: Vec<char> = "{}[]\"',:&*!|>?-#%@` \n\tab1~\\\u{feff}\r\0é"
        .chars()
        .collect();
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    for _ in 0..40_000 {
        let mut text: Vec<char> = seed.chars().collect();
        for _ in 0..1 + random(6) {
            let at = random(text.len());
            match random(3) {
                0 => text[at] = letters[random(letters.len())],
                1 => text.insert(at, letters[random(letters.len())]),
                _ => drop(text.remove(at)),
            }
        }
        let text: String = text.into_iter().collect();
        if let Ok(tree) = Tree::parse(&text, LIMIT) {
            let mut out = String::new();
            write_compact(&mut out, &tree.root);
            assert!(Tree::parse_json(&out, LIMIT).is_ok(), "{text}\n{out}");
        }
    }
}
