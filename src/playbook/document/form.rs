//! Declares objects of the format: from one declaration come the struct, its reader and its JSON Schema.

/// ```text
/// form! {
///     /// What it is.
///     pub(crate) Name {
///         /// What the field means.
///         required "key" => field: Type,
///         optional "key" => field: Type,
///         rest field: Type,            // other keys, if `Type` takes them
///     }
/// }
/// ```
/// Every field is an `Option`: what is wrong is reported and left out, so that the rest can still be checked.
macro_rules! form {
    (
        $(#[doc = $about:literal])+
        $name:ident {
            $( $(#[doc = $doc:literal])+ $need:ident $key:literal => $field:ident: $type:ty, )*
            $( rest $rest:ident: $rest_type:ty, )?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            #[allow(dead_code)]
            pub(crate) place: $crate::playbook::document::read::Place,
            /// Which fields are written, whether or not they could be read: a bit for each, in their order here.
            written: u32,
            $( $(#[doc = $doc])+ #[allow(dead_code)] pub(crate) $field: Option<$type>, )*
            $( pub(crate) $rest: $rest_type, )?
        }

        #[allow(dead_code)]
        impl $name {
            /// Whether a field is written, whether or not it could be read.
            pub(crate) fn has(&self, key: &str) -> bool {
                let place = [$($key),*].iter().position(|known| *known == key);
                place.is_some_and(|place| self.written >> place & 1 == 1)
            }
        }

        impl $crate::playbook::document::read::Form for $name {
            fn read<'t>(
                spot: $crate::playbook::document::read::Spot<'t>,
                reader: &mut $crate::playbook::document::read::Reader<'t>,
            ) -> Option<Self> {
                let entries = reader.object(spot)?;
                let written = reader.only(spot, entries, &[$($key),*], |_key| false $( || <$rest_type>::takes(_key) )?);
                Some(Self {
                    place: spot.place,
                    written,
                    $( $field: reader.field(spot, entries, $key, form!(@ $need)), )*
                    $( $rest: <$rest_type>::read_rest(spot, entries, reader), )?
                })
            }

            fn schema(
                definitions: &mut $crate::playbook::document::schema::Definitions,
            ) -> $crate::tree::Node {
                definitions.define(stringify!($name), |definitions| {
                    #[allow(unused_mut)]
                    let mut object = $crate::playbook::document::schema::ObjectSchema::new(&[$($about),+]);
                    $( object.field($key, form!(@ $need), &[$($doc),+], <$type>::schema(definitions)); )*
                    $( <$rest_type>::describe_rest(&mut object, definitions); )?
                    object.finish()
                })
            }
        }
    };
    (@ required) => { true };
    (@ optional) => { false };
}

/// Declares the words of which one must be written.
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        $name:ident { $( $(#[doc = $doc:literal])+ $word:literal => $variant:ident, )+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $( $(#[doc = $doc])+ $variant, )+ }

        #[allow(dead_code)]
        impl $name {
            /// All of them, in their order.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that is written.
            pub(crate) fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::playbook::document::read::Form for $name {
            fn read<'t>(
                spot: $crate::playbook::document::read::Spot<'t>,
                reader: &mut $crate::playbook::document::read::Reader<'t>,
            ) -> Option<Self> {
                match reader.text(spot, "a text")? {
                    $( $word => Some(Self::$variant), )+
                    other => {
                        $crate::playbook::document::words::bad_word(spot, reader, other, &[$($word),+]);
                        None
                    }
                }
            }

            fn schema(
                _: &mut $crate::playbook::document::schema::Definitions,
            ) -> $crate::tree::Node {
                $crate::playbook::document::schema::one_of_words(&[$($word),+])
            }
        }
    };
}

pub(super) use {form, words};
