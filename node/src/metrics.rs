//! What the node tells Prometheus beside the SDK's metrics.

use substrate_prometheus_endpoint::{register, CounterVec, Gauge, Opts, PrometheusError, Registry, U64};

/// Handles of the metrics. Cheap to clone; does nothing where Prometheus is switched off.
#[derive(Clone, Default)]
pub struct Metrics(Option<Registered>);

#[derive(Clone)]
struct Registered {
    store_bytes: Gauge<U64>,
    ordered: Gauge<U64>,
    held: Gauge<U64>,
    failed: Gauge<U64>,
    answers: CounterVec<U64>,
}

impl Metrics {
    /// Registers the metrics, where there is a registry.
    pub fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
        let Some(registry) = registry else {
            return Ok(Self(None));
        };
        let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
        let answers = Opts::new(
            "suit_device_answers_total",
            "Answers of suit_getLatest, by status or kind of refusal",
        );
        Ok(Self(Some(Registered {
            store_bytes: gauge("suit_store_bytes", "Bytes in the chunk store")?,
            ordered: gauge("suit_releases_ordered", "Releases that fall to this node")?,
            held: gauge(
                "suit_releases_held",
                "Releases of those that are here in full and checked",
            )?,
            failed: gauge(
                "suit_releases_failed",
                "Releases of those that cannot be held; the log says why",
            )?,
            answers: register(CounterVec::new(answers, &["answer"])?, registry)?,
        })))
    }

    /// The state of storage.
    pub fn storage(&self, store_bytes: u64, ordered: usize, held: usize, failed: usize) {
        if let Some(metrics) = &self.0 {
            metrics.store_bytes.set(store_bytes);
            metrics.ordered.set(ordered as u64);
            metrics.held.set(held as u64);
            metrics.failed.set(failed as u64);
        }
    }

    /// A device, or somebody, was answered.
    pub fn answered(&self, answer: &str) {
        if let Some(metrics) = &self.0 {
            metrics.answers.with_label_values(&[answer]).inc();
        }
    }
}
