"""A name is taken for a mistyped one if each of its words is near the other's."""

from pytest import mark

from boxoffice.faults.slips import meant


@mark.parametrize(
    ("name", "other"),
    [
        ("parcel.canceled", "parcel.cancelled"),
        ("parcel.cancelde", "parcel.cancelled"),
        ("parcelcancelled", "parcel.cancelled"),
        ("parcel-cancelled", "parcel.cancelled"),
        ("pracel.*", "parcel.cancelled"),
        ("pracel.sent", "parcel.*"),
        ("parcel.>", "parcel.cancelled"),
        ("ann", "Ann"),
        ("An", "Ann"),
        ("depot.parcel_evens", "depot.parcel_events"),
    ],
)
def test_a_slip_is_known_by_what_was_meant(name, other):
    assert meant(name, ["nothing.like.it", other, ""]) == other


@mark.parametrize(
    ("name", "other"),
    [
        ("Ben", "Bea"),
        ("Customer B", "Customer A"),
        ("courier-b", "courier-a"),
        ("P9", "P10"),
        ("shipment.created", "shipment.updated"),
        ("shipment.created.again", "shipment.created"),
        ("shipment_created", "shipment_updated"),
        ("depot.shipment_created", "depot.shipment_updated"),
        ("ship*", "shipment.sent"),
        ("x*.sent", "shipment.sent"),
    ],
)
def test_what_may_well_be_another_is_no_slip(name, other):
    assert meant(name, [other]) == ""
