//! Names of what has numbers, as the drafts have them without `suit-condition-` and the like. What is shown and what is
//! read from a description use the same ones.

use suit_manifest::{
    build::model::{component_text, manifest_text, Condition, Directive},
    digest::DigestAlgorithm,
    manifest::{code::directive, parameter, Comparison, Procedure, Severable},
};

/// A table of numbers and names. The first name of a number is the one that is shown.
pub struct Names(&'static [(i64, &'static str)]);

impl Names {
    /// The name of a number; the number itself where it has none.
    pub fn name(&self, number: i64) -> String {
        let found = self.0.iter().find(|(known, _)| *known == number);
        found.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
    }

    /// The number of a name, or of a number in digits.
    pub fn number(&self, name: &str) -> Option<i64> {
        let found = self.0.iter().find(|(_, known)| *known == name);
        found.map_or_else(|| name.parse().ok(), |(number, _)| Some(*number))
    }

    /// The names, for messages.
    pub fn all(&self) -> String {
        self.0.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// Parameters.
pub const PARAMETERS: Names = Names(&[
    (parameter::VENDOR_ID, "vendor-id"),
    (parameter::CLASS_ID, "class-id"),
    (parameter::IMAGE_DIGEST, "image-digest"),
    (parameter::USE_BEFORE, "use-before"),
    (parameter::COMPONENT_SLOT, "component-slot"),
    (parameter::STRICT_ORDER, "strict-order"),
    (parameter::SOFT_FAILURE, "soft-failure"),
    (parameter::IMAGE_SIZE, "image-size"),
    (parameter::CONTENT, "content"),
    (parameter::ENCRYPTION_INFO, "encryption-info"),
    (parameter::URI, "uri"),
    (parameter::SOURCE_COMPONENT, "source-component"),
    (parameter::INVOKE_ARGS, "invoke-args"),
    (parameter::DEVICE_ID, "device-id"),
    (parameter::FETCH_ARGUMENTS, "fetch-arguments"),
    (parameter::MINIMUM_BATTERY, "minimum-battery"),
    (parameter::UPDATE_PRIORITY, "update-priority"),
    (parameter::VERSION, "version"),
    (parameter::WAIT_INFO, "wait-info"),
    (parameter::COMPONENT_METADATA, "component-metadata"),
    (parameter::VENDOR_ID, "vendor-identifier"),
    (parameter::CLASS_ID, "class-identifier"),
    (parameter::DEVICE_ID, "device-identifier"),
]);

/// Texts about a whole manifest.
pub const MANIFEST_TEXT: Names = Names(&[
    (manifest_text::DESCRIPTION, "manifest-description"),
    (manifest_text::UPDATE_DESCRIPTION, "update-description"),
    (manifest_text::JSON_SOURCE, "manifest-json-source"),
    (manifest_text::YAML_SOURCE, "manifest-yaml-source"),
]);

/// Texts about a component.
pub const COMPONENT_TEXT: Names = Names(&[
    (component_text::VENDOR_NAME, "vendor-name"),
    (component_text::MODEL_NAME, "model-name"),
    (component_text::VENDOR_DOMAIN, "vendor-domain"),
    (component_text::MODEL_INFO, "model-info"),
    (component_text::DESCRIPTION, "component-description"),
    (component_text::VERSION, "component-version"),
    (component_text::VERSION_REQUIRED, "version-required"),
    (component_text::CURRENT_VERSION, "current-version"),
]);

/// Digest algorithms.
pub const DIGESTS: Names = Names(&[
    (DigestAlgorithm::Sha256.number(), "sha-256"),
    (DigestAlgorithm::Sha384.number(), "sha-384"),
    (DigestAlgorithm::Sha512.number(), "sha-512"),
    (DigestAlgorithm::Shake128.number(), "shake128"),
    (DigestAlgorithm::Shake256.number(), "shake256"),
]);

/// Bits of a reporting policy (§8.4.7).
pub const POLICY: Names = Names(&[
    (1, "send-record-on-success"),
    (2, "send-record-on-failure"),
    (4, "send-sysinfo-success"),
    (8, "send-sysinfo-failure"),
]);

/// Directives whose argument is more than a reporting policy.
pub const DIRECTIVES: Names = Names(&[
    (directive::SET_COMPONENT_INDEX, "set-component-index"),
    (directive::TRY_EACH, "try-each"),
    (directive::SET_PARAMETERS, "set-parameters"),
    (directive::OVERRIDE_PARAMETERS, "override-parameters"),
    (directive::RUN_SEQUENCE, "run-sequence"),
    (directive::OVERRIDE_MULTIPLE, "override-multiple"),
    (directive::COPY_PARAMS, "copy-params"),
]);

/// A condition's name.
pub const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::VendorId => "vendor-identifier",
        Condition::ClassId => "class-identifier",
        Condition::ImageMatch => "image-match",
        Condition::UseBefore => "use-before",
        Condition::ComponentSlot => "component-slot",
        Condition::CheckContent => "check-content",
        Condition::DependencyIntegrity => "dependency-integrity",
        Condition::IsDependency => "is-dependency",
        Condition::Abort => "abort",
        Condition::DeviceId => "device-identifier",
        Condition::ImageNotMatch => "image-not-match",
        Condition::MinimumBattery => "minimum-battery",
        Condition::UpdateAuthorized => "update-authorized",
        Condition::Version => "version",
    }
}

/// The condition of a name; `vendor-id` and the like will do too.
pub fn condition_of(name: &str) -> Option<Condition> {
    let long = match name {
        "vendor-id" => "vendor-identifier",
        "class-id" => "class-identifier",
        "device-id" => "device-identifier",
        other => other,
    };
    Condition::ALL.iter().copied().find(|known| condition(*known) == long)
}

/// A directive's name.
pub const fn plain_directive(directive: Directive) -> &'static str {
    match directive {
        Directive::ProcessDependency => "process-dependency",
        Directive::Write => "write",
        Directive::Fetch => "fetch",
        Directive::Copy => "copy",
        Directive::Invoke => "invoke",
        Directive::Wait => "wait",
        Directive::Swap => "swap",
        Directive::Unlink => "unlink",
    }
}

/// The directive of a name.
pub fn plain_directive_of(name: &str) -> Option<Directive> {
    Directive::ALL
        .iter()
        .copied()
        .find(|known| plain_directive(*known) == name)
}

/// A severable member's name.
pub const fn member(member: Severable) -> &'static str {
    match member {
        Severable::Coswid => "coswid",
        Severable::DependencyResolution => "dependency-resolution",
        Severable::PayloadFetch => "payload-fetch",
        Severable::CandidateVerification => "candidate-verification",
        Severable::Install => "install",
        Severable::Text => "text",
    }
}

/// The severable member of a name.
pub fn member_of(name: &str) -> Option<Severable> {
    Severable::ALL.into_iter().find(|known| member(*known) == name)
}

/// A sequence's name.
pub const fn procedure(procedure: Procedure) -> &'static str {
    match procedure {
        Procedure::DependencyResolution => "dependency-resolution",
        Procedure::PayloadFetch => "payload-fetch",
        Procedure::CandidateVerification => "candidate-verification",
        Procedure::Install => "install",
        Procedure::Validate => "validate",
        Procedure::Load => "load",
        Procedure::Invoke => "invoke",
        Procedure::Uninstall => "uninstall",
    }
}

/// Comparisons of versions.
pub const COMPARISONS: [(Comparison, &str); 5] = [
    (Comparison::Greater, "greater"),
    (Comparison::GreaterEqual, "greater-equal"),
    (Comparison::Equal, "equal"),
    (Comparison::LesserEqual, "lesser-equal"),
    (Comparison::Lesser, "lesser"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_number() {
        for known in Condition::ALL {
            assert_eq!(condition_of(condition(*known)), Some(*known));
        }
        for known in Directive::ALL {
            assert_eq!(plain_directive_of(plain_directive(*known)), Some(*known));
        }
        for known in Severable::ALL {
            assert_eq!(member_of(member(known)), Some(known));
        }
        for names in [PARAMETERS, MANIFEST_TEXT, COMPONENT_TEXT, DIGESTS, POLICY, DIRECTIVES] {
            for (number, name) in names.0 {
                assert_eq!(names.number(name), Some(*number));
                assert_eq!(names.number(&names.name(*number)), Some(*number));
            }
        }
        assert_eq!(PARAMETERS.number("-7"), Some(-7));
    }
}
