//! Evidence: the quick reader beside the careful one.

use leadstage::evidence::{Evidence, Lead};
use leadstage::playbook::Playbook;
use leadstage::tree::Tree;
use leadstage_oracle::{Triple, generate};

/// What the careful reader says, of JSON.
fn carefully(playbook: &Playbook, text: &str) -> Option<Lead> {
    let tree = Tree::parse_json(text, 1 << 24).ok()?;
    Lead::from_tree(playbook, &tree.root)
        .ok()
        .filter(|_| tree.problems.is_empty())
}

/// Whatever the quick reader takes, the careful one reads alike; and it takes all plain evidence.
#[test]
fn the_quick_reader_agrees_with_the_careful_one() {
    let letters: Vec<char> = "{}[]\",:\\u0159eE+-.tfn \n\té_ab".chars().collect();
    let mut state = 0x5851_f42d_4c95_7f2d_u64;
    let mut random = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    let (mut taken, mut left) = (0, 0);
    for seed in 0..1_500 {
        let Triple {
            playbook,
            evidence,
            as_of,
        } = generate(seed);
        let playbook = Playbook::parse(&playbook.to_string()).unwrap();
        let mut evidence = evidence;
        if seed % 2 == 0 {
            evidence
                .as_object_mut()
                .unwrap()
                .insert("as_of".into(), as_of.into());
        }
        let text = evidence.to_string();
        let lead = Lead::parse_quickly(&playbook, &text);
        assert!(lead.is_some(), "seed {seed}: {text}");
        assert_eq!(lead, carefully(&playbook, &text), "seed {seed}");
        assert_eq!(Evidence::parse(&playbook, &text).is_ok(), seed % 2 == 1);
        for _ in 0..30 {
            let mut changed: Vec<char> = text.chars().collect();
            for _ in 0..1 + random(2) {
                let at = random(changed.len());
                match random(4) {
                    0 => changed[at] = letters[random(letters.len())],
                    1 => changed.insert(at, letters[random(letters.len())]),
                    2 => drop(changed.remove(at)),
                    // A piece from elsewhere: keys and values change places.
                    _ => {
                        let from = random(changed.len());
                        let piece: Vec<char> =
                            changed[from..].iter().take(random(40)).copied().collect();
                        changed.splice(at..at, piece);
                    }
                }
            }
            let changed: String = changed.into_iter().collect();
            let quick = Lead::parse_quickly(&playbook, &changed);
            let careful = carefully(&playbook, &changed);
            match quick {
                Some(lead) => {
                    taken += 1;
                    assert_eq!(Some(lead), careful, "{changed}");
                }
                None => {
                    left += 1;
                    assert_eq!(careful, None, "{changed}");
                }
            }
        }
    }
    assert!(taken > 2_000 && left > 2_000, "{taken} taken, {left} left");
}
