"""Faults in the words of systems that speak another language than English.

Go prints what Windows says in the language of the system; its own words, and Linux's, are English everywhere.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Rule
from kubectl_imagepull.messages.rules.shapes import DOCKER_GET, PULL
from kubectl_imagepull.vocabulary.causes import Cause

_DIAL = DOCKER_GET + "dial tcp 10.20.0.99:443: connectex: "
_LOOKUP = "System.Net.Http.HttpRequestException: "
_WRITE = PULL + "failed to register layer: re-exec error: exit status 1: output: write app.exe: "

TRANSLATIONS: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECTION_REFUSED,
        "nothing listens there, as Windows says it in other languages",
        (
            Phrase(
                r"(?:Zielcomputer die Verbindung verweigerte"
                r"|目标计算机积极拒绝"
                r"|destino denegó expresamente"
                r"|cible l.a expressément refusée"
                r"|destino as recusou ativamente"
                r"|コンピューターによって拒否された)",
                _DIAL + "Es konnte keine Verbindung hergestellt werden, da der Zielcomputer die Verbindung "
                "verweigerte.",
                "Windows: learn.microsoft.com, Windows Sockets error 10061 (WSAECONNREFUSED)",
                more=(
                    _DIAL + "由于目标计算机积极拒绝,无法连接。",
                    _DIAL + "No se puede establecer una conexión ya que el equipo de destino denegó expresamente "
                    "dicha conexión.",
                    _DIAL + "Aucune connexion n'a pu être établie car l'ordinateur cible l'a expressément refusée.",
                    _DIAL + "Nenhuma conexão pôde ser feita porque a máquina de destino as recusou ativamente.",
                    _DIAL + "対象のコンピューターによって拒否されたため、接続できませんでした。",
                ),
            ),
        ),
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "nothing answers the connection attempt, as Windows says it in other languages",
        (
            Phrase(
                r"(?:Gegenstelle nach einer bestimmten Zeitspanne"
                r"|连接方在一段时间后没有正确答复"
                r"|parte conectada no respondió"
                r"|parti connecté n.a pas répondu"
                r"|componente conectado não respondeu)",
                _DIAL + "Ein Verbindungsversuch ist fehlgeschlagen, da die Gegenstelle nach einer bestimmten "
                "Zeitspanne nicht richtig reagiert hat.",
                "Windows: learn.microsoft.com, Windows Sockets error 10060 (WSAETIMEDOUT)",
                more=(
                    _DIAL + "由于连接方在一段时间后没有正确答复或连接的主机没有反应,连接尝试失败。",
                    _DIAL + "Se produjo un error durante el intento de conexión ya que la parte conectada no "
                    "respondió adecuadamente tras un periodo de tiempo.",
                    _DIAL + "Une tentative de connexion a échoué car le parti connecté n'a pas répondu "
                    "convenablement au-delà d'une certaine durée.",
                    _DIAL + "Uma tentativa de conexão falhou porque o componente conectado não respondeu "
                    "corretamente após um período de tempo.",
                ),
            ),
        ),
        details={"stage": "dial"},
    ),
    Rule(
        Cause.DNS_FAILURE,
        "the host name does not resolve, as Windows says it in other languages",
        (
            Phrase(
                r"(?:angegebene Host ist unbekannt"
                r"|不知道这样的主机"
                r"|Host desconocido"
                r"|Hôte inconnu"
                r"|host não é conhecido)",
                _LOOKUP + "Der angegebene Host ist unbekannt.",
                "Windows: learn.microsoft.com, Windows Sockets error 11001 (WSAHOST_NOT_FOUND)",
                more=(
                    _LOOKUP + "不知道这样的主机。",
                    _LOOKUP + "Host desconocido.",
                    _LOOKUP + "Hôte inconnu.",
                    _LOOKUP + "Este host não é conhecido.",
                ),
            ),
        ),
    ),
    Rule(
        Cause.NODE_DISK_FULL,
        "the disk is full, as Windows says it in other languages",
        (
            Phrase(
                r"(?:nicht genug Speicherplatz auf dem Datenträger"
                r"|磁盘空间不足"
                r"|Espacio en disco insuficiente"
                r"|Espace insuffisant sur le disque"
                r"|ディスクに十分な空き領域がありません)",
                _WRITE + "Es steht nicht genug Speicherplatz auf dem Datenträger zur Verfügung.",
                "Windows: learn.microsoft.com, system error 112 (ERROR_DISK_FULL)",
                more=(
                    _WRITE + "磁盘空间不足。",
                    _WRITE + "Espacio en disco insuficiente.",
                    _WRITE + "Espace insuffisant sur le disque.",
                    _WRITE + "ディスクに十分な空き領域がありません。",
                ),
            ),
        ),
    ),
)
