"""`/v1/files`: uploads, their objects and their bytes."""

from __future__ import annotations

from supportdesk.practice.endpoints import Blob, Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.events import create
from supportdesk.practice.params import (
    boolean,
    choice,
    metadata,
    missing_param,
    nested,
    req,
    timestamp,
)

UPLOADABLE = (
    "account_requirement",
    "additional_verification",
    "business_icon",
    "business_logo",
    "customer_signature",
    "dispute_evidence",
    "identity_document",
    "issuing_regulatory_reporting",
    "pci_document",
    "platform_terms_of_service",
    "tax_document_user_upload",
    "terminal_android_apk",
    "terminal_reader_splashscreen",
    "terminal_wifi_certificate",
    "terminal_wifi_private_key",
)
LISTED = (
    *UPLOADABLE,
    "document_provider_identity_document",
    "finance_report_run",
    "financial_account_statement",
    "identity_document_downloadable",
    "selfie",
    "sigma_scheduled_query",
)
#: Largest file in bytes by purpose; facts name 5 MB for evidence, the rest is not documented here.
MEGABYTE = 2**20
MAX_SIZE = {"dispute_evidence": 5 * MEGABYTE, "identity_document": 10 * MEGABYTE}
MAX_SIZE_OTHER = 16 * MEGABYTE
#: Evidence expires nine months after its upload (here 270 days).
EXPIRES_AFTER = {"dispute_evidence": 270 * 86_400}
TYPES = {"dispute_evidence": ("pdf", "jpg", "png"), "identity_document": ("pdf", "jpg", "png")}
MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "csv": "text/csv"}
_MAGIC = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))

lists("/v1/files", "file_read", "file", purpose=choice(*LISTED))
retrieve("/v1/files/{file}", "file_read", "file")


@endpoint(
    "POST",
    "/v1/files",
    "file_write",
    "file",
    file_link_data=nested(create=req(boolean()), expires_at=timestamp(), metadata=metadata()),
    purpose=req(choice(*UPLOADABLE)),
)
def upload(call: Call) -> Result:
    """Keep an uploaded file; its type is told from its first bytes."""
    state, purpose = call.state, call.params["purpose"]
    if call.upload is None:
        raise missing_param("file")
    if call.params.get("file_link_data", {}).get("create"):
        raise Refusal(
            "This practice server makes no public file links.", param="file_link_data[create]"
        )
    content = call.upload.content
    filename = _neutral(call.upload.filename)
    kind = _type(content, filename)
    _check_file(purpose, kind, content)
    expires = EXPIRES_AFTER.get(purpose)
    file_id = state.ids.new("file")
    doc = {
        "id": file_id,
        "object": "file",
        "created": call.now,
        "expires_at": call.now + expires if expires else None,
        "filename": filename,
        "links": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/file_links?file={file_id}",
        },
        "purpose": purpose,
        "size": len(content),
        "title": None,
        "type": kind,
        "url": f"{call.base_url}/v1/files/{file_id}/contents",
    }
    state.put_file_content(file_id, content)
    return One("file", create(state, "file", doc))


@endpoint("GET", "/v1/files/{file}/contents", "file_read", "file")
def contents(call: Call) -> Result:
    """Return the bytes of a file; the key is needed for them as well."""
    doc = call.get("file")
    content = call.state.file_content(doc["id"])
    if content is None or (doc["expires_at"] or call.now) < call.now:
        raise Refusal(f"The contents of the file '{doc['id']}' are gone.", status=404)
    name = _neutral(doc["filename"] or doc["id"])
    return Blob(content, MEDIA.get(doc["type"], "application/octet-stream"), name)


def _check_file(purpose: str, kind: str | None, content: bytes) -> None:
    if not content:
        raise ParameterRefusal("The file you sent is empty.", param="file")
    limit = MAX_SIZE.get(purpose, MAX_SIZE_OTHER)
    if len(content) > limit:
        raise ParameterRefusal(
            f"The file is too large: files with purpose {purpose} may have at most"
            f" {limit // MEGABYTE} MB.",
            param="file",
        )
    allowed = TYPES.get(purpose)
    if allowed and kind not in allowed:
        raise ParameterRefusal(
            f"Files with purpose {purpose} must be one of these types: {', '.join(allowed)}.",
            param="file",
        )


def _type(content: bytes, filename: str) -> str | None:
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    suffix = filename.rpartition(".")[2].lower() if "." in filename else ""
    return suffix[:10] if suffix in ("csv", "txt", "json", "xlsx", "docx") else None


def _neutral(filename: str) -> str:
    """Return the last part of a path, printable and without quotes, at most 255 characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isascii() and c.isprintable() and c not in '"\\')
    return kept[-255:] or "file"
