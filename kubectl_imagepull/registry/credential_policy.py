"""Where a login may go: to the registry that it is for, and to a token server that belongs to that registry.

A realm is what a registry writes into its answer. Docker and containerd follow it anywhere; here it has to be on
https, and on the registry's own host, under its registrable domain, or the one that its vendor is known to use.
"""

from __future__ import annotations

import re

from kubectl_imagepull.registry.reach import Origin
from kubectl_imagepull.vocabulary.vendors import is_vendors_own

#: Registries whose token server is in another domain, or in one that is shared with strangers.
_KNOWN_REALMS = (
    (re.compile(r"(?:registry-1\.|index\.)?docker\.io\Z"), re.compile(r"auth\.docker\.io\Z")),
    (re.compile(r"registry\.gitlab\.com\Z"), re.compile(r"gitlab\.com\Z")),
    (re.compile(r"registry\.digitalocean\.com\Z"), re.compile(r"api\.digitalocean\.com\Z")),
    (re.compile(r"nvcr\.io\Z"), re.compile(r"authn\.nvidia\.com\Z")),
    (re.compile(r"registry\.redhat\.io\Z"), re.compile(r"(?:sso|registry\.access)\.redhat\.com\Z")),
    (
        re.compile(r"(?:[a-z0-9-]+-)?registry(?:-vpc|-internal)?\.(?P<region>[a-z0-9-]+)\.(?:cr\.)?aliyuncs\.com\Z"),
        re.compile(r"dockerauth(?:-vpc|-internal|-ee)?\.(?P<region>[a-z0-9-]+)\.aliyuncs\.com\Z"),
    ),
)
#: Second levels under which countries register names, as in co.uk and com.au.
_SECOND_LEVELS = (
    " ac ad asn biz co com ed edu fin firm gen go gob gouv gov govt gv id in inf info kr lg ltd me mil mod "
    "muni net ne nhs nom or org plc priv pro re sch store tm web "
)
_COUNTRY_CODE = 2
#: Domains under which strangers get hosts of their own: two hosts there don't belong together. It can't be complete
#: (publicsuffix.org has thousands), so what is in none of these is only as safe as its owner keeps it.
_SHARED = (
    " amazonaws.com amazonaws.com.cn on.aws awsapps.com cloudfront.net elasticbeanstalk.com aliyuncs.com "
    "azure.com azurecr.io azurewebsites.net azurecontainer.io azurecontainerapps.io azureedge.net azurefd.net "
    "cloudapp.net cloudapp.azure.com trafficmanager.net windows.net appspot.com run.app cloudfunctions.net "
    "web.app firebaseapp.com googleapis.com googleusercontent.com gcr.io pkg.dev github.io "
    "githubusercontent.com github.dev gitlab.io gitpod.io herokuapp.com netlify.app vercel.app now.sh "
    "pages.dev workers.dev r2.dev trycloudflare.com ngrok.io ngrok.app ngrok-free.app ngrok.dev loca.lt "
    "serveo.net onrender.com railway.app fly.dev deno.dev digitaloceanspaces.com ondigitalocean.app "
    "linodeobjects.com linode.com scw.cloud ovh.net ovh.us hosting.ovh.net your-server.de myhuaweicloud.com "
    "tencentcloudcr.com tencentyun.com oraclecloud.com ocir.io icr.io appdomain.cloud jfrog.io cloudsmith.io "
    "cloudsmith.com nip.io sslip.io xip.io traefik.me duckdns.org no-ip.org no-ip.com ddns.net dyndns.org "
    "dynv6.net freedns.org afraid.org eu.org us.com uk.com de.com gb.net pp.ua blogspot.com wordpress.com "
    "fastly.net akamaized.net akamaihd.net edgekey.net b-cdn.net platformsh.site openshiftapps.com "
    "rhcloud.com ts.net synology.me myqnapcloud.com home.arpa svc.cluster.local cluster.local localhost local "
    "internal lan "
)
_LEAST_LABELS = 2


def belongs_to(registry: Origin, realm: Origin) -> bool:
    """Whether a token server belongs to a registry, so that it may be asked for that registry's tokens."""
    if realm.host == registry.host:
        return realm.scheme == "https" or (realm.scheme == registry.scheme and realm.port == registry.port)
    if realm.scheme != "https":
        return False
    for hosts, realms in _KNOWN_REALMS:
        own, named = hosts.match(registry.host), realms.match(realm.host)
        if own:
            return named is not None and own.groupdict() == named.groupdict()
    # a vendor's registries stand beside those of its other customers
    if is_vendors_own(registry.host):
        return False
    domain = registrable_domain(registry.host)
    return bool(domain) and domain == registrable_domain(realm.host)


def registrable_domain(host: str) -> str:
    """The part of a host that one owner registered; "" where it has none that is known to be one owner's."""
    labels = host.split(".")
    if len(labels) < _LEAST_LABELS or ":" in host or labels[-1].isdigit():
        return ""
    shared = next((place for place in range(len(labels)) if _has(_SHARED, ".".join(labels[place:]))), None)
    if shared is None:
        national = len(labels[-1]) == _COUNTRY_CODE and _has(_SECOND_LEVELS, labels[-2])
        shared = len(labels) - (2 if national else 1)
    return ".".join(labels[shared - 1 :]) if shared > 0 else ""


def _has(names: str, name: str) -> bool:
    return f" {name} " in names


def may_carry_login(registry: Origin, target: Origin) -> bool:
    """Whether a request may carry a registry's login: to the registry itself or to its realm, and never unencrypted."""
    return target.scheme == "https" and (target == registry or belongs_to(registry, target))
