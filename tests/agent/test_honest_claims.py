"""Claims as good models write them of the shipped checks' rows: true each, and most of them are shown as verified."""

import pytest

from bot.agent.verify import Verifier, vocabulary
from bot.domain.evidence import Evidence, Row
from bot.domain.names import VisibleNames
from bot.domain.window import TimeWindow
from bot.ports import ProbeRows
from tests.shipped import TASKS

WINDOW = TimeWindow(earliest=1_795_899_600, latest=1_795_903_200)  # 2026-11-28 21:00 to 22:00 UTC
NAMES = VisibleNames(indexes=frozenset({"web", "main"}), hosts=frozenset({"idx1", "idx2", "fwd07", "fwd100", "sh1"}))
ROWS: dict[str, tuple[Row, ...]] = {
    "queues": (
        {"host": "idx2", "name": "indexqueue", "samples": "60", "blocked": "45", "fill": "100.0", "percent": "75.0"},
        {"host": "idx2", "name": "typingqueue", "samples": "60", "blocked": "0", "fill": "80.7", "percent": "0.0"},
        {"host": "idx1", "name": "indexqueue", "samples": "60", "blocked": "0", "fill": "3.8", "percent": "0.0"},
    ),
    "closed_ports": ({"host": "idx2", "count": "2", "still": "1", "ago": "43"},),
    "blocked_then": (
        {"host": "idx2", "name": "indexqueue", "blocked": "45", "then": "2026-11-28 10:30 +0000", "ended": "636"},
        {"host": "idx2", "name": "indexqueue", "blocked": "44", "then": "2026-11-28 11:00 +0000", "ended": "606"},
    ),
    "blocked_outputs": (
        {"host": "fwd07", "count": "6", "seconds": "620", "ago": "9"},
        {"host": "fwd23", "count": "2", "seconds": "10", "ago": "15"},
    ),
    "silent_hosts": ({"hosts": "124", "silent": "40", "idle": "0", "percent": "32.3"},),
    "silent_list": ({"host": "fwd100", "age": "35"}, {"host": "fwd103", "age": "36"}),
    "failed_connections": (
        {"why": "ssl", "count": "60", "senders": "1"},
        {"why": "other", "count": "4", "senders": "2"},
    ),
    "hec_errors": ({"reply": "1", "token": "k8s", "count": "900", "hosts": "2"},),
    "schedules": ({"runs": "240", "skipped": "60", "servers": "1", "percent": "25.0"},),
    "skip_reasons": (
        {
            "why": "The maximum number of concurrent historical scheduled searches on this instance has been reached",
            "count": "60",
            "searches": "24",
            "runs": "240",
        },
    ),
    "lateness": (
        {"app": "search", "savedsearch_name": "Checkout latency", "count": "1108", "late": "2"},
        {"app": "search", "savedsearch_name": "Failed logins", "count": "1055", "late": "310"},
    ),
    "license_pools": ({"title": "auto_generated_pool_enterprise", "used": "122.0", "gb": "50.0", "stack": "50"},),
    "license_peers": ({"label": "idx1", "warning_count": "46"}, {"label": "idx2", "warning_count": "3"}),
    "disks": (
        {"splunk_server": "idx1", "mount_point": "/data/splunk", "free": "238000", "used": "52.4"},
        {"splunk_server": "idx2", "mount_point": "/data/splunk", "free": "1100", "used": "97.2"},
    ),
    "hourly_volume": ({"hours": "168", "last": "360", "typical": "900", "drop": "60.0", "weekday": "1"},),
    "config_changes": (
        {"host": "idx2", "path": "/opt/splunk/etc/system/local/indexes.conf", "deed": "update", "at": "1795901400.5"},
    ),
}


def doubt(text: str, task_id: str, *probes: str) -> str | None:
    """Return the doubt about *text*, which cites each of *probes* of the shipped task."""
    task = next(task for task in TASKS if task.id == task_id)
    spl = {name: probe.spl for name, probe in task.probes.items()}
    seen = {}
    for at, name in enumerate(probes):
        rows = ROWS[name]
        entry = Evidence(id=f"E{at}", probe=name, spl=spl[name], window=WINDOW, row_count=len(rows))
        seen[entry.id] = ProbeRows(name, entry, rows)
    return Verifier(vocabulary(task), seen, NAMES).claim(text, tuple(seen)).doubt


@pytest.mark.parametrize(
    ("text", "task", "probe"),
    [
        ("The indexqueue on idx2 was blocked in 45 of 60 samples (75 %).", "ingestion_pipeline", "queues"),
        ("idx2's indexqueue was 100 % full and blocked in 75% of samples.", "ingestion_pipeline", "queues"),
        (
            "On idx2 the typingqueue reached a fill of 80.7 %, on idx1 the indexqueue 3.8 %.",
            "ingestion_pipeline",
            "queues",
        ),
        ("idx2 shows the highest fill, about 100 %.", "ingestion_pipeline", "queues"),
        ("The indexqueue of idx2 was blocked more than 40 times in the window.", "ingestion_pipeline", "queues"),
        ("idx2 closed its receiving ports 43 minutes ago.", "ingestion_pipeline", "closed_ports"),
        ("idx2 closed its ports 2 times, most recently 43 min ago.", "ingestion_pipeline", "closed_ports"),
        ("The indexqueue on idx2 was first blocked at 10:30, in 45 samples.", "ingestion_pipeline", "blocked_then"),
        (
            "idx2 was blocked in 44 samples in the half hour from 2026-11-28 11:00.",
            "ingestion_pipeline",
            "blocked_then",
        ),
        ("/data/splunk on idx2 is 97.2 % used, with 1100 MB free.", "ingestion_pipeline", "disks"),
        ("idx2's /data/splunk is at 97% while idx1's is at 52%.", "ingestion_pipeline", "disks"),
        ("fwd07 logged 6 warnings, the last 9 minutes ago.", "forwarder_connectivity", "blocked_outputs"),
        (
            "Two forwarders report blocked output: fwd07 (620 s) and fwd23 (10 s).",
            "forwarder_connectivity",
            "blocked_outputs",
        ),
        ("40 of 124 hosts are silent, 32.3 % of the total.", "silent_forwarders", "silent_hosts"),
        ("fwd100 has been silent for 35 minutes, fwd103 for 36.", "silent_forwarders", "silent_list"),
        (
            "TLS connections failed 60 times, with ssl, from 1 sender.",
            "send_and_receive",
            "failed_connections",
        ),
        ("The token k8s was refused 900 times with code 1 on 2 servers.", "hec_rejections", "hec_errors"),
        ("60 of 240 scheduled runs were skipped (25 %).", "skipped_searches", "schedules"),
        (
            "The maximum number of concurrent historical scheduled searches was reached 60 times.",
            "skipped_searches",
            "skip_reasons",
        ),
        ("Failed logins started 310 s late in 1,055 runs.", "late_searches", "lateness"),
        ('"Failed logins" has the largest delay, 310 seconds.', "late_searches", "lateness"),
        ("The pool auto_generated_pool_enterprise is at 122 % of 50 GB.", "license_violations_check", "license_pools"),
        ("idx1 has 46 license warnings, idx2 has 3.", "license_violations_check", "license_peers"),
        ("The index had 360 events in the last full hour, compared to 900 typically.", "data_volume", "hourly_volume"),
        ("The volume dropped by 60 %, from 900 to 360 events per hour.", "data_volume", "hourly_volume"),
        (
            "/opt/splunk/etc/system/local/indexes.conf changed on idx2 at 2026-11-28 21:30 UTC.",
            "search_head_configuration",
            "config_changes",
        ),
    ],
)
def test_what_a_good_model_says_of_the_rows_is_verified(text: str, task: str, probe: str) -> None:
    assert doubt(text, task, probe) is None


@pytest.mark.parametrize(
    ("text", "task", "probe", "why"),
    [
        ("fwd07 was seen to block for 620 s.", "forwarder_connectivity", "blocked_outputs", "says 'block'"),
        ("900 requests with the token k8s were rejected.", "hec_rejections", "hec_errors", "says 'rejected'"),
        ("24 searches account for 60 skipped runs.", "skipped_searches", "skip_reasons", "says 'account'"),
        ("On idx2 indexes.conf was updated at 21:30.", "search_head_configuration", "config_changes", "says 'updated'"),
        ("The typingqueue of idx2 was blocked in 0 %.", "ingestion_pipeline", "queues", "there is none"),
        ("The typingqueue on idx2 was blocked in 45 of 60.", "ingestion_pipeline", "queues", "another name"),
        ("The certificate of fwd07 expired.", "forwarder_connectivity", "blocked_outputs", "says 'expired'"),
        ("idx1 was not blocked.", "ingestion_pipeline", "queues", "'not blocked'"),
        ("Runs were skipped because 24 searches compete.", "skipped_searches", "skip_reasons", "names a cause"),
        ("The other 84 hosts are sending.", "silent_forwarders", "silent_hosts", "84 stands in no row"),
    ],
)
def test_true_as_it_may_be_what_its_rows_do_not_say_in_as_many_words_is_unverified(
    text: str, task: str, probe: str, why: str
) -> None:
    assert why in str(doubt(text, task, probe))
