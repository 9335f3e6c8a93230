"""How unquiet each kind of instrument is: standard deviations in the tag's unit."""

from vmshmi.core.values import TagId

_BY_TAG = {
    "nav.depth": 0.15,
    "nav.roll": 0.05,
    "nav.sog": 0.04,
    "msb.insul": 12.0,
    "air.press": 0.03,
    "fire.main_press": 0.04,
    "sg.rudder": 0.05,
    "fo_filt.dp": 0.004,
    "sys.cpu_temp": 0.4,
    "sys.hist_lag": 0.01,
    "msb.volt": 0.3,
    "msb.freq": 0.01,
}
_BY_NAME = {
    "lo_press": 0.015,
    "lo_temp": 0.06,
    "lo_filter_dp": 0.004,
    "ht_temp": 0.06,
    "ht_press": 0.012,
    "exh_temp": 1.2,
    "exh_dev": 0.7,
    **{f"exh_cyl{number}": 1.2 for number in range(1, 7)},
    "ca_temp": 0.08,
    "fo_press": 0.02,
    "load": 0.25,
    "fuel_rate": 0.6,
    "brg_temp": 0.05,
    "cw_temp": 0.06,
    "press": 0.012,
    "temp": 0.05,
    "hyd_temp": 0.05,
    "volt": 0.02,
    "freq": 0.01,
    "power": 0.4,
    "level": 0.04,
    "fo_level": 0.05,
}
_MOVING = {"me_p.rpm": 1.5, "me_s.rpm": 1.5, "dg1.rpm": 0.6, "dg2.rpm": 0.6, "sh_p.rpm": 0.7, "sh_s.rpm": 0.7}
_BIG = {"gb_p.lo_press": 0.05, "gb_s.lo_press": 0.05, "dg1.volt": 0.3, "dg2.volt": 0.3}
_QUIET = {"shore.power": 0.0, "t_wb_fp.level": 0.08, "sys.ups_soc": 0.0, "sys.hist_free": 0.0}


def noise_of(tag: TagId) -> float:
    """Standard deviation of a tag's instrument; 0 for contacts, states and counters."""
    for table in (_BY_TAG, _MOVING, _BIG, _QUIET):
        if tag in table:
            return table[tag]
    return _BY_NAME.get(tag.rpartition(".")[2], 0.0)
