//! Who may register: everybody while admission is open, and those whom the council admitted.

use super::*;
use crate::{Admitted, OpenAdmission};

fn set_admission(open: bool) -> Result<(), DispatchError> {
    council(crate::Call::set_admission { open })
}

fn set_admitted(who: u64, admitted: bool) -> Result<(), DispatchError> {
    council(crate::Call::set_admitted { who, admitted })
}

#[test]
fn nobody_registers_while_admission_is_closed() {
    chain(false).execute_with(|| {
        let uuid = [0x41; 16];
        assert_eq!(register_vendor(ADMIN, DOMAIN), Err(DispatchError::BadOrigin));
        let by_uuid = call(ADMIN, crate::Call::register_vendor_by_uuid { uuid });
        assert_eq!(by_uuid, Err(DispatchError::BadOrigin));
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            let domain = DOMAIN.into();
            let by_nobody = dispatch(origin, crate::Call::register_vendor { domain });
            assert_eq!(by_nobody.map_err(|failed| failed.0), Err(DispatchError::BadOrigin));
        }
    });
}

#[test]
fn the_council_opens_admission_to_everybody_and_closes_it() {
    chain(false).execute_with(|| {
        let events = events_of(|| set_admission(true).expect("it is the council"));
        assert_eq!(events, [Event::AdmissionSet { open: true }]);
        assert_eq!(register_vendor(STRANGER, "stranger.example"), Ok(()));

        let events = events_of(|| set_admission(false).expect("it is the council"));
        assert_eq!(events, [Event::AdmissionSet { open: false }]);
        assert!(!OpenAdmission::<Runtime>::get());
        assert_eq!(
            register_vendor(STRANGER, "other.example"),
            Err(DispatchError::BadOrigin)
        );
    });
}

#[test]
fn an_admitted_account_registers_while_admission_is_closed() {
    chain(false).execute_with(|| {
        let events = events_of(|| set_admitted(ADMIN, true).expect("it is the council"));
        let expected = Event::AccountAdmitted {
            who: ADMIN,
            admitted: true,
        };
        assert_eq!(events, [expected]);
        assert_eq!(register_vendor(ADMIN, DOMAIN), Ok(()));
        assert_eq!(
            register_vendor(STRANGER, "other.example"),
            Err(DispatchError::BadOrigin)
        );
    });
}

#[test]
fn a_dismissed_account_keeps_its_vendor_and_registers_no_other() {
    chain(false).execute_with(|| {
        set_admitted(ADMIN, true).expect("it is the council");
        register(1, &[&p256(1)]);

        let events = events_of(|| set_admitted(ADMIN, false).expect("it is the council"));

        let expected = Event::AccountAdmitted {
            who: ADMIN,
            admitted: false,
        };
        assert_eq!(events, [expected]);
        assert_eq!(Admitted::<Runtime>::iter().count(), 0);
        assert_eq!(register_vendor(ADMIN, "other.example"), Err(DispatchError::BadOrigin));
        assert_eq!(publish(ADMIN, &Forge::new(1).signed(&[&p256(1)])), Ok(()));
    });
}
