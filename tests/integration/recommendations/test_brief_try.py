import pytest, io
from tests.factories import recommendations as made
from tests.factories.evidence import *
from polyphonie.recommendations.domain.queries.brief import brief_content
from polyphonie.recommendations.interfaces.brief_documents import *
from polyphonie.kernel.actor import Actor
pytestmark=[pytest.mark.django_db]
def test_all():
    import pypdf, time
    process=made.host_process()
    recs=[made.published(process,f"{n}a") for n in range(9)]
    st=EvidenceStatementFactory.create(figure=FigureFactory.create())
    sp=made.published_site(process,{r:["adopted","adapted","not_adopted","deferred"][i%4] for i,r in enumerate(recs)}, evidence=[st])
    c=brief_content(sp.site.uid, Actor.visitor(), made.LATER, "fr")
    for k in range(2):
        t=time.time(); b=brief_pdf(c, origin="http://localhost:8000", address="http://localhost:8000/fr/x", at=made.LATER); print(time.time()-t)
    open("/tmp/brief.pdf","wb").write(b)
    r=pypdf.PdfReader(io.BytesIO(b)); print(len(r.pages)); print(r.pages[0].extract_text()[:500])
    d=brief_docx(c, origin="http://localhost:8000", address="http://localhost:8000/fr/x", at=made.LATER)
    open("/tmp/brief.docx","wb").write(d)
