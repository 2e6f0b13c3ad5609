"""The two-page brief: preview, PDF, Word, and the site's own words on it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from polyphonie.evidence.models import Figure
from polyphonie.kernel.errors import ChangedMeanwhile
from polyphonie.kernel.rights import may, permit
from polyphonie.web.access import public
from polyphonie.web.documents.docx import MEDIA_TYPE as WORD
from polyphonie.web.refusals import refusals_on

from ..domain.briefs import write_brief
from ..domain.queries.brief import brief_content, figures_for
from ..domain.queries.workshop import find_workshop
from ..interfaces.brief_documents import brief_docx, brief_pdf, draw, filename
from ..interfaces.forms import BriefForm
from ..models import Brief


@public
def brief(request: HttpRequest, uid: UUID, language: str, fmt: str) -> HttpResponse:
    """The brief in a language, as a page, a PDF or a Word document, under a name that says what it is."""
    content = brief_content(uid, request.viewer, request.at, language)
    origin = request.build_absolute_uri("/").rstrip("/")
    page = request.build_absolute_uri(request.path.rsplit(".", 1)[0] + ".html")
    if fmt == "html":
        drawn = draw(content, origin=origin, address=page, at=request.at)
        return render(
            request,
            "recommendations/brief.html",
            {
                "content": content,
                "site": content.site,
                "brief": drawn,
                "first": drawn["first"][0],
                "second": drawn["second"][0],
                "may_edit": may(
                    "recommendations.contextualise", request.viewer, content.site_process.process
                ),
            },
        )
    if fmt == "pdf":
        data = brief_pdf(content, origin=origin, address=page, at=request.at)
        response = HttpResponse(data, content_type="application/pdf")
    else:
        data = brief_docx(content, origin=origin, address=page, at=request.at)
        response = HttpResponse(data, content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="{filename(content, fmt)}"'
    response["Content-Language"] = language
    if content.is_draft:
        response["Cache-Control"] = "private, no-store"
    return response


def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What only the site can say on its brief."""
    site, site_process = find_workshop(uid, request.viewer, request.at)
    permit("recommendations.contextualise", request.viewer, site_process.process)
    standing = Brief.objects.filter(site_process=site_process).prefetch_related("figures__figure").first()
    figures: list[Figure] = figures_for(site_process, request.viewer, request.at)
    form = BriefForm(request.POST or None, figures=figures, brief=standing)
    clash: ChangedMeanwhile | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_on(form):
                    write_brief(
                        site_process=site_process,
                        problem=form.cleaned_data["problem"],
                        next_step=form.cleaned_data["next_step"],
                        next_date=form.cleaned_data["next_date"],
                        figures=form.chosen(),
                        version=form.cleaned_data["version"] or 1,
                        by=request.viewer,
                        at=request.at,
                    )
                if form.is_valid():
                    response = redirect("brief", uid, get_language() or "fr", "html")
                    response.status_code = 303
                    return response
            except ChangedMeanwhile as meanwhile:
                clash, status = meanwhile, 409
                kept = request.POST.copy()
                kept["version"] = str(meanwhile.theirs.version)
                form = BriefForm(kept, figures=figures, brief=standing)
    return render(
        request,
        "recommendations/brief_edit.html",
        {"site": site, "form": form, "clash": clash},
        status=status,
    )
