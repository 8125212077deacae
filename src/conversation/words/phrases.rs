//! English phrases of which the meaning is plain.

use alloc::string::String;

/// These, alone, mean that the visitor doesn't answer.
const DECLINING: [&str; 24] = [
    "skip",
    "pass",
    "next",
    "skip it",
    "skip this",
    "skip that",
    "no answer",
    "no comment",
    "rather not",
    "rather not say",
    "id rather not say",
    "i would rather not say",
    "prefer not to say",
    "i prefer not to say",
    "prefer not to",
    "dont want to say",
    "i dont want to say",
    "i dont know",
    "dont know",
    "i do not know",
    "no idea",
    "not sure",
    "im not sure",
    "i am not sure",
];

pub(super) const YES: [&str; 39] = [
    "yes",
    "y",
    "yeah",
    "yep",
    "yup",
    "ja",
    "si",
    "oui",
    "sure",
    "of course",
    "certainly",
    "definitely",
    "absolutely",
    "correct",
    "right",
    "true",
    "ok",
    "okay",
    "indeed",
    "affirmative",
    "exactly",
    "we do",
    "i do",
    "we are",
    "i am",
    "we have",
    "i have",
    "it is",
    "it does",
    "they do",
    "they are",
    "we did",
    "i did",
    "for sure",
    "we will",
    "i will",
    "we can",
    "i can",
    "that is right",
];

pub(super) const NO: [&str; 55] = [
    "no",
    "n",
    "nope",
    "nah",
    "nein",
    "non",
    "never",
    "not",
    "not yet",
    "not really",
    "not at all",
    "no way",
    "false",
    "negative",
    "dont",
    "doesnt",
    "isnt",
    "arent",
    "havent",
    "hasnt",
    "didnt",
    "wont",
    "cant",
    "cannot",
    "none",
    "do not",
    "does not",
    "we do not",
    "i do not",
    "we dont",
    "i dont",
    "we are not",
    "we arent",
    "i am not",
    "im not",
    "were not",
    "we have not",
    "we havent",
    "i have not",
    "i havent",
    "it is not",
    "it isnt",
    "it does not",
    "it doesnt",
    "they do not",
    "they dont",
    "they are not",
    "we did not",
    "we didnt",
    "i did not",
    "i didnt",
    "we will not",
    "we wont",
    "we can not",
    "that is not right",
];

/// Words after which a plain answer is plain no more.
const DOUBT: [&str; 16] = [
    "maybe",
    "perhaps",
    "possibly",
    "probably",
    "depends",
    "sometimes",
    "partly",
    "unsure",
    "guess",
    "think",
    "hopefully",
    "but",
    "unless",
    "if",
    "or",
    "either",
];

/// Words that turn a meaning around.
const NEGATION: [&str; 24] = [
    "no", "not", "non", "never", "neither", "nor", "without", "except", "none", "dont", "doesnt",
    "isnt", "arent", "wasnt", "werent", "didnt", "wont", "cant", "cannot", "havent", "hasnt",
    "wouldnt", "aint", "unlike",
];

pub(super) fn declines(words: &[String]) -> bool {
    DECLINING.iter().any(|phrase| is(words, phrase))
}

/// Whether words are those of a phrase.
pub(super) fn is(words: &[String], phrase: &str) -> bool {
    words.iter().map(String::as_str).eq(phrase.split(' '))
}

pub(super) fn is_doubt(word: &str) -> bool {
    DOUBT.contains(&word)
}

pub(super) fn is_negation(word: &str) -> bool {
    NEGATION.contains(&word)
}
