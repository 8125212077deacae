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
                $crate::playbook::document::read::is_written(&[$($key),*], self.written, key)
            }
        }

        impl $crate::playbook::document::read::Form for $name {
            fn read<'t>(
                spot: $crate::playbook::document::read::Spot<'t>,
                reader: &mut $crate::playbook::document::read::Reader<'t>,
            ) -> Option<Self> {
                let mut form = Self {
                    place: spot.place,
                    written: 0,
                    $( $field: None, )*
                    $( $rest: <$rest_type>::default(), )?
                };
                let fields: &[fn(&mut Self, $crate::playbook::document::read::Spot<'t>, &mut $crate::playbook::document::read::Reader<'t>)] =
                    &[$( |form, spot, reader| $crate::playbook::document::read::set(&mut form.$field, spot, reader), )*];
                form.written = reader.fields(
                    spot,
                    &[$($key),*],
                    &[$(form!(@ $need)),*],
                    |_key| false $( || <$rest_type>::takes(_key) )?,
                    &mut |place, spot, reader| {
                        if let Some(read) = fields.get(place) {
                            read(&mut form, spot, reader);
                        }
                    },
                )?;
                $( form.$rest = <$rest_type>::read_rest(spot, reader); )?
                Some(form)
            }

            fn schema(
                definitions: &mut $crate::playbook::document::schema::Definitions,
            ) -> $crate::tree::Node {
                definitions.define(&$crate::playbook::document::schema::FormShape {
                    name: stringify!($name),
                    about: concat!($($about),+),
                    fields: &[$( $crate::playbook::document::schema::FieldShape {
                        key: $key,
                        required: form!(@ $need),
                        about: concat!($($doc),+),
                        schema: <$type as $crate::playbook::document::read::Form>::schema,
                    } ),*],
                    rest: form!(@ rest $($rest_type)?),
                })
            }
        }
    };
    (@ required) => { true };
    (@ optional) => { false };
    (@ rest) => { None };
    (@ rest $type:ty) => { Some(<$type>::describe_rest) };
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
                let place = $crate::playbook::document::words::read_word(spot, reader, &[$($word),+])?;
                Self::ALL.get(place).copied()
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
