//! What the node tells Prometheus beside the SDK's metrics.

use chunks::store::Stats;
use substrate_prometheus_endpoint::{
    register, Counter, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64,
};

/// Handles of the metrics. Cheap to clone; does nothing where Prometheus is switched off.
#[derive(Clone, Default)]
pub struct Metrics(Option<Registered>);

#[derive(Clone)]
struct Registered {
    store: StoreMetrics,
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
            store: StoreMetrics::new(registry)?,
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

    /// How far this node's duty is done.
    pub fn duty(&self, ordered: usize, held: usize, failed: usize) {
        if let Some(metrics) = &self.0 {
            metrics.ordered.set(ordered as u64);
            metrics.held.set(held as u64);
            metrics.failed.set(failed as u64);
        }
    }

    /// What is in the chunk store now.
    pub fn store(&self, stats: &Stats) {
        if let Some(metrics) = &self.0 {
            metrics.store.set(stats);
        }
    }

    /// Images were let go.
    pub fn collected(&self, images: usize, bytes: u64) {
        if let Some(metrics) = &self.0 {
            metrics.store.collected_images.inc_by(images as u64);
            metrics.store.collected_bytes.inc_by(bytes);
        }
    }

    /// A device, or somebody, was answered.
    pub fn answered(&self, answer: &str) {
        if let Some(metrics) = &self.0 {
            metrics.answers.with_label_values(&[answer]).inc();
        }
    }
}

#[derive(Clone)]
struct StoreMetrics {
    bytes: Gauge<U64>,
    quota: Gauge<U64>,
    images: GaugeVec<U64>,
    blocks: GaugeVec<U64>,
    damaged: Counter<U64>,
    scrubbed: Counter<U64>,
    collected_images: Counter<U64>,
    collected_bytes: Counter<U64>,
}

impl StoreMetrics {
    fn new(registry: &Registry) -> Result<Self, PrometheusError> {
        let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
        let gauges = |name: &str, help: &str| register(GaugeVec::new(Opts::new(name, help), &["state"])?, registry);
        let counter = |name: &str, help: &str| register(Counter::new(name, help)?, registry);
        Ok(Self {
            bytes: gauge(
                "suit_store_bytes",
                "Bytes that images in the chunk store are reckoned at",
            )?,
            quota: gauge("suit_store_quota_bytes", "Bytes that they may be reckoned at together")?,
            images: gauges(
                "suit_store_images",
                "Images in the chunk store: complete, partial, or announced",
            )?,
            blocks: gauges("suit_store_blocks", "Blocks of those images: here, or missing")?,
            damaged: counter(
                "suit_store_damaged_blocks_total",
                "Blocks found damaged on the disk; each is fetched again",
            )?,
            scrubbed: counter("suit_store_scrubbed_bytes_total", "Bytes read through for damage")?,
            collected_images: counter(
                "suit_store_collected_images_total",
                "Images let go because no live release names them",
            )?,
            collected_bytes: counter("suit_store_collected_bytes_total", "Bytes that those were reckoned at")?,
        })
    }

    fn set(&self, now: &Stats) {
        self.bytes.set(now.bytes_charged);
        self.quota.set(now.bytes_max);
        for (state, images) in [
            ("complete", now.images_complete),
            ("partial", now.images_partial),
            ("announced", now.images_announced),
        ] {
            self.images.with_label_values(&[state]).set(images);
        }
        self.blocks.with_label_values(&["here"]).set(now.blocks);
        self.blocks.with_label_values(&["missing"]).set(now.blocks_missing);
        for (counter, total) in [
            (&self.damaged, now.damaged_total),
            (&self.scrubbed, now.scrubbed_bytes_total),
        ] {
            counter.inc_by(total.saturating_sub(counter.get()));
        }
    }
}
