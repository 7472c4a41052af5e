//! The council's pause of publishing: nothing is published, everything else goes on.

use super::*;

#[test]
fn nothing_is_published_while_publishing_is_paused() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        let envelope = Forge::new(1).signed(&[&p256(1)]);
        Paused::set(true);
        assert_both_refuse(Refusal::PublishingPaused, &envelope, &[&p256(1)]);
        // Before anything is read.
        assert_both_refuse(Refusal::PublishingPaused, b"nonsense", &[&p256(1)]);
        Paused::set(false);
        assert_eq!(publish(ADMIN, &envelope), Ok(()));
    });
}

#[test]
fn what_was_published_before_a_pause_goes_on() {
    on_chain(|| {
        register(1, &[&p256(1)]);
        publish_number(1);
        offer([2]);
        Paused::set(true);
        replicate(1);
        assert_eq!((status(0), latest()), (ReleaseStatus::Available, Some(1)));
        assert_eq!(revoke(2), Ok(()));
        assert_eq!(rotate_key(&p256(1), &p256(2)), Ok(()));
        assert_eq!(latest(), Some(0));
        Paused::set(false);
    });
}
