"""The network's failures, translated once into our errors; pure, but it knows what aiohttp raises."""

import aiohttp

from bot.errors import SplunkUnreachable
from bot.splunk.access import SplunkAccess
from bot.splunk.faults import PROXY_REFUSES, Again, Fault

_NO_TLS = (
    "{where} does not speak TLS as we do. If Splunk's management port has SSL switched off, {url} must begin with "
    "http://."
)
_NO_NAME = "No host of the name in {where} is known here. Check {url} and DNS."
_NO_CONNECTION_IN_TIME = (
    "{where} does not answer: no connection in time. Check {url} and the firewalls between (on Splunk Cloud, port "
    "8089 is closed until this host's address is on its allow list)."
)
_NO_CONNECTION = "{where} takes no connection. Check {url}, and that splunkd runs and lets this host connect."
_NO_ANSWER_IN_TIME = "{where} took the request but did not answer in time. Check whether splunkd is overloaded there."
_BROKEN_OFF = (
    "The connection to {where} broke off in the middle of an answer. If it stays so, check that Splunk is what listens "
    "there, and whether {url} should begin with https://."
)
# The first that fits counts. aiohttp's and OpenSSL's own texts are not used: they know nothing of settings.
_FAULTS: tuple[tuple[type[Exception], Again, str], ...] = (
    (aiohttp.ClientSSLError, Again.NEVER, _NO_TLS),
    (aiohttp.ClientHttpProxyError, Again.NEVER, PROXY_REFUSES),
    (aiohttp.ClientProxyConnectionError, Again.ALWAYS, PROXY_REFUSES),
    (aiohttp.ClientConnectorDNSError, Again.ALWAYS, _NO_NAME),
    (aiohttp.ConnectionTimeoutError, Again.NEVER, _NO_CONNECTION_IN_TIME),
    (aiohttp.ClientConnectorError, Again.ALWAYS, _NO_CONNECTION),
    (TimeoutError, Again.IF_IT_READS, _NO_ANSWER_IN_TIME),
    (Exception, Again.IF_IT_READS, _BROKEN_OFF),
)

# Why a certificate is not trusted, by OpenSSL's X509_V_ERR_* codes.
_UNKNOWN_ISSUER = (
    "The certificate of {where} is signed by nobody we trust (Splunk's own default is self-signed). Set {ca_file} "
    "to the PEM file of the CA that signed it."
)
_OTHER_NAME = (
    "The certificate of {where} is made out to another name. Put the name that it bears into {url}, or give "
    "Splunk a certificate for this one (its default, SplunkServerDefaultCert, fits no host). {ca_file} alone does "
    "not mend this."
)
_RENEW = "Renew it in Splunk (server.conf, sslConfig), and check the clock of this host."
_CERTIFICATE_FAULTS = {
    9: f"The certificate of {{where}} is not valid yet. {_RENEW}",
    10: f"The certificate of {{where}} has expired. {_RENEW}",
    18: _UNKNOWN_ISSUER,  # self-signed
    19: _UNKNOWN_ISSUER,  # self-signed in the chain
    20: _UNKNOWN_ISSUER,  # issuer not known here
    21: _UNKNOWN_ISSUER,  # the chain is incomplete
    62: _OTHER_NAME,
    64: _OTHER_NAME,  # the same for an IP address
}
_OTHERWISE = "The certificate of {where} cannot be verified. Set {ca_file} to the PEM file of the CA that signed it."


def fault_of_connection(error: Exception, access: SplunkAccess) -> Fault:
    """Return the fault for what aiohttp raises: no connection, no trust, no answer."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", None)
        return _fault(_CERTIFICATE_FAULTS.get(code or 0, _OTHERWISE), Again.NEVER, access)
    again, sentence = next((again, sentence) for kind, again, sentence in _FAULTS if isinstance(error, kind))
    return _fault(sentence, again, access)


def _fault(sentence: str, again: Again, access: SplunkAccess) -> Fault:
    return Fault(SplunkUnreachable(access.told(sentence)), again)
