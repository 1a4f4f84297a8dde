use super::*;

#[test]
fn a_place_in_a_trace_is_read_as_the_standard_writes_it() {
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let read: TraceParent = good.parse().unwrap();
    assert_eq!(read.to_string(), good);
    // A later version may say more; what is known of it is taken.
    let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
    assert_eq!(later.parse(), Ok(read));
    for bad in [
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ] {
        assert_eq!(bad.parse::<TraceParent>(), Err(NoTraceParent), "{bad}");
    }
}

#[test]
fn our_place_belongs_to_the_trace_of_the_caller() {
    let id = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
    let asked: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        .parse()
        .unwrap();
    let ours = TraceParent::of(Some(asked), id);
    assert_eq!((ours.trace, ours.flags), (asked.trace, asked.flags));
    assert_ne!(ours.parent, asked.parent);
    assert_eq!(TraceParent::of(None, id).trace, id.as_u128());
}
