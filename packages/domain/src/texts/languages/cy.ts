import type { Sentences } from '../languages.ts'

/*
 * Welsh. Not yet reviewed by a native speaker: see the README. The words SAFETY ALERT, AGAIN, ALL CLEAR and TEST stay
 * as they are in every language: they are what a phone's owner has learnt to look for. Circumflexes outside GSM-7 are
 * written here and leave when a text is rendered.
 */
export const welsh: Sentences = {
  'alert-first.missed': "SAFETY ALERT {code}. Nid yw'r person a'ch dewisodd wedi ateb. Efallai fod angen help NAWR.",
  'alert-first.help': "SAFETY ALERT {code}. Mae'r person a'ch dewisodd wedi gofyn am help NAWR.",
  'alert-first.raised': "SAFETY ALERT {code}. Efallai fod angen help NAWR ar y person a'ch dewisodd.",
  'address-follows': 'Cyfeiriad i ddilyn.',
  'supporter-acting': 'Mae cefnogwr wrthi.',
  'others-going': 'Eraill: {othersGoing}.',
  'reply-going-full': "Atebwch 1 = rwy'n mynd, 2 = ni allaf.",
  'reply-going': 'Atebwch 1 = mynd, 2 = methu.',
  'repeat.no-one': '{code} AGAIN: does neb wedi dweud eu bod yn mynd.',
  'repeat.open': "{code} AGAIN: mae'r rhybudd hwn yn dal ar agor.",
  'where.link': "{code} Beth i'w wneud nawr: {link}",
  'where.address': '{code} Cyfeiriad: {address}.',
  'where.entry': 'Mynd i mewn: {entry}.',
  'where.link-last': "Beth i'w wneud: {link}",
  'generic.first':
    "SAFETY ALERT {code}. Efallai fod angen help NAWR ar rywun a'ch dewisodd. Ni allwn ddangos y cyfeiriad. Os gwyddoch ble, ewch neu ffoniwch.",
  'generic.short':
    "SAFETY ALERT {code}. Efallai fod angen help NAWR ar rywun a'ch dewisodd. Ni allwn ddangos y cyfeiriad.",
  'ring-999': 'Os na allwch eu deffro, ffoniwch 999.',

  'supporter-first.missed': 'SAFETY ALERT {code}. Nid yw person wedi ateb. Efallai fod angen help NAWR.',
  'supporter-first.help': 'SAFETY ALERT {code}. Mae person wedi gofyn am help NAWR.',
  'supporter-first.raised': 'SAFETY ALERT {code}. Efallai fod angen help NAWR ar rywun.',
  'reply-take': "Atebwch 1 = fe'i cymeraf, 2 = ni allaf.",
  'open-console': 'Agorwch eich consol.',
  'repeat.supporter': '{code} AGAIN: does neb wedi cymryd y rhybudd hwn.',
  'handed-over': '{code} Mae hwn wedi ei drosglwyddo i chi.',
  'stand-down':
    '{code} Diolch. Mae eraill gyda nhw nawr; does dim angen i chi fynd. Atebwch 1 os ydych yn mynd beth bynnag.',
  'post-rescue':
    '{code} Os gallwch, arhoswch gyda nhw am ddwy awr. Mae effaith y driniaeth yn pylu. Byddwn yn dal i ofyn iddynt, ac yn eich tecstio os na atebant.',
  'supporter-owns':
    '{code} Mae cefnogwr arall wedi cymryd y rhybudd hwn. Diolch. Anfonwn neges os bydd eich angen eto.',
  bundle: 'SAFETY ALERT {codes}: {count} angen help NAWR. Agorwch eich consol.',
  'bundle.again': 'SAFETY ALERT {codes} AGAIN: {count} heb neb. Agorwch eich consol.',

  'contact-ask':
    "Bydd rhybuddion i dîm {host} yn dod i'r ffôn hwn. Atebwch 1 os yw hyn yn iawn, 2 os nad eich ffôn chi yw hwn.",
  'contact-confirmed': "Diolch. Bydd rhybuddion i'r tîm yn dod i'r ffôn hwn.",
  'contact-denied': "Diolch am roi gwybod. Ni ddaw rhybuddion i'r ffôn hwn. Os yw'n iawn wedi'r cyfan, atebwch 1.",

  'claim.rescuer': "{code} Diolch. Rydych chi'n mynd.",
  'claim.supporter': '{code} Diolch. Chi sydd â’r rhybudd hwn. Agorwch eich consol nawr.',
  'reply-on-the-way': 'Atebwch 4 = rwyf yno, 5 = wedi siarad, yn ddiogel, 2 = methu mynd nawr.',
  'reply-on-the-way-short': 'Atebwch 4 = yno, 5 = wedi siarad, yn ddiogel, 2 = methu.',
  'going-noted': '{code} Diolch. Rydym wedi nodi eich bod yn mynd.',
  'someone-coordinates': 'Mae rhywun arall yn cydlynu.',
  'cannot-noted': "{code} Diolch am ddweud. Os bydd hynny'n newid, atebwch 1 = mynd.",
  'there-noted': '{code} Diolch. Rydych chi yno.',
  'reply-safe': 'Atebwch 5 = wedi siarad, yn ddiogel.',
  'safe-noted-closed': "{code} ALL CLEAR. Diolch am ddweud eu bod yn ddiogel. Mae'r rhybudd hwn ar gau.",
  'safe-reported': '{code} Diolch. Rydym wedi pasio ymlaen eu bod yn ddiogel. Anfonwn neges pan fydd drosodd.',
  'safe-told-owner': "{code} Dywed un o'r rhai a gafodd neges: wedi siarad, yn ddiogel. Os cytunwch, atebwch 5.",
  'already-claimed.supporter': '{code} Cymerodd cefnogwr y rhybudd hwn am {time}. Diolch am ateb.',
  'already-claimed.rescuer': '{code} Cymerodd achubwr arall y rhybudd hwn am {time}. Diolch am ateb.',
  'already-going.supporter': '{code} Diolch. Rydym wedi nodi eich bod yn mynd. Mae cefnogwr yn cydlynu ers {time}.',
  'already-going.rescuer': '{code} Diolch. Rydym wedi nodi eich bod yn mynd. Cymerodd achubwr arall hwn am {time}.',
  'late-reply': "{code} Mae'r rhybudd hwn drosodd. Nid oes angen i chi wneud dim. Diolch.",
  'which-alert': '{codes}: pa rybudd? Rhowch ei god cyn eich digid, fel {first} 1.',

  'request-all-clear':
    "{code} Dywedodd y person ei fod yn iawn. Daliwch i fynd nes cadarnhau. Os ydych wedi siarad â nhw a'u bod yn ddiogel, atebwch 5.",
  'all-clear.answered': "{code} ALL CLEAR. Mae'r person yn ddiogel ac wedi ateb. Nid oes angen i chi fynd. Diolch.",
  'all-clear.spoken-to':
    "{code} ALL CLEAR. Mae rhywun wedi siarad â'r person, sy'n ddiogel. Nid oes angen i chi fynd. Diolch.",
  'all-clear.helped': "{code} ALL CLEAR. Mae help gyda'r person. Nid oes angen i chi fynd. Diolch.",
  'all-clear.closed': "{code} ALL CLEAR. Mae'r rhybudd hwn ar gau. Nid oes angen i chi fynd. Diolch.",

  'invitation.ask': 'Mae rhywun yn gofyn: gawn ni anfon neges atoch os bydd angen help?',
  'invitation.word': 'Eu gair: {word}.',
  'invitation.limits': 'Gweler {host}. Nid 999 ydym.',
  'invitation.reply': 'Atebwch 1 = cytuno, 2 = na, 9 = gadael.',
  'invitation.ask-short': 'Gawn ni anfon neges os bydd angen help?',
  'invitation.ask-shortest': 'Gawn ni anfon neges os bydd angen help?',
  'invitation.word-short': 'Gair: {word}.',
  'invitation.limits-short': 'Gweler {host}. Nid 999.',
  'invitation.reply-short': 'Atebwch 1 = iawn, 2 = na, 9 = gadael.',
  'agreed-noted':
    'Diolch. Rydych ar y rhestr. Os bydd angen help, anfonwn neges neu ffonio. Atebwch 9 unrhyw bryd i adael.',
  'declined-noted': 'Diolch am ateb. Ni fyddwn yn anfon neges am hyn eto.',
  'left-noted': 'Diolch. Rydych wedi gadael y rhestr ac ni chewch ragor o negeseuon amdani.',
  'left-noted.in-alert': '{code} Diolch. Rydych wedi gadael y rhestr ac ni chewch ragor o negeseuon amdani.',
  rehearsal:
    'TEST yn unig: nid oes angen help ar neb. Mewn rhybudd go iawn, atebwch 1 os gallwch fynd. Atebwch 1 i ddangos bod hyn yn gweithio.',
  'rehearsal-noted': "TEST wedi'i nodi. Mae'n gweithio. Diolch.",
  'rehearsal-own':
    "TEST yn unig: nid oes angen help ar neb. Pan ofynnwn a ydych chi'n iawn, o'r rhif hwn y daw. Atebwch 0 i ddangos bod hyn yn gweithio.",
  'unknown-phone':
    'Nid ydym yn adnabod y ffôn hwn, felly nid yw hyn yn cyfrif. Defnyddiwch y ffôn a gafodd ein neges, neu agorwch ei dolen. Mewn argyfwng ffoniwch 999.',
  'not-understood':
    "Mae'n ddrwg gennym, ni allwn ddarllen hynny. Atebwch ag un digid o'n neges ddiwethaf. Mewn argyfwng ffoniwch 999.",

  'session-start': "Atebwch 0 = rwy'n iawn, 3 a {endCode} = gorffen, 7 = help. Cadwch y neges hon.",
  'prompt-own':
    "Ydych chi'n iawn? Atebwch 0 = rwy'n iawn, 7 = help nawr. Heb ateb, dywedwn wrth y bobl a ddewisoch ymhen {duration}.",
  'prompt-own.now':
    "Ydych chi'n iawn? Atebwch 0 = rwy'n iawn, 7 = help nawr. Heb ateb, dywedwn wrth y bobl a ddewisoch yn syth.",
  'check-in-noted': 'Diolch. Wedi nodi.',
  'check-in-noted.next': 'Diolch. Byddwn yn gofyn eto ymhen {duration}.',
  'end-noted': 'Wedi gorffen. Nid ydym yn gwylio mwyach. Cymerwch ofal.',
  'end-code-wrong': "Nid dyna'r cod cywir. Rydym yn dal i wylio. I orffen, atebwch 3 a'r tri digid o'n neges gyntaf.",
  'help-noted': '{code} Rydym yn dweud wrth y bobl a ddewisoch nawr. Cadwch eich ffôn gerllaw.',
  'alert-raised-own': '{code} Rydym yn dweud wrth y bobl a ddewisoch. Os ydych yn iawn, atebwch 0.',
  'all-clear-requested': '{code} Diolch. Rydym yn gofyn i rywun gadarnhau. Atebwch eich ffôn os bydd yn canu.',
  'plan-warning': 'Nid yw rhywun ar eich rhestr yno mwyach. Gwiriwch eich rhestr.',

  'pager-unowned': 'OPERATOR: {count} rhybudd heb neb wrthynt, yr hiraf {duration}. Agorwch y bwrdd.',
  'pager-unowned.one': 'OPERATOR: {count} rhybudd heb neb wrtho, ers {duration}. Agorwch y bwrdd.',
  'pager-nobody': '{code} OPERATOR: nid oes neb i ddweud wrtho. Ni ddywedwyd wrth NEB. Gweithredwch nawr.',
  'pager-engine': "OPERATOR: nid yw'r peiriant yn ateb. Gall rhybuddion fod yn hwyr. Gweithredwch nawr.",
  'pager-restored':
    "OPERATOR: adferwyd copi wrth gefn. Bydd {count} hen amser yn troi'n rhybudd mewn munud, oni bai eich bod yn eu cau.",
  'pager-silent': '{code} OPERATOR: ni ddringodd rhybudd mewn pryd. Mae wedi ei wthio ymlaen. Edrychwch NAWR.',
  'pager-abandoning':
    '{code} OPERATOR: nid oes neb wedi cau y rhybudd hwn ers dyddiau. Caiff ei gau ymhen awr. Gweithredwch nawr.',
  'pager-carrier':
    "OPERATOR: nid yw'r cludwr yn derbyn ein negeseuon. Efallai na fydd rhybuddion yn mynd. Gweithredwch nawr.",
  'pager-clock': "OPERATOR: mae cloc wedi neidio. Rydym wedi'i gywiro. Edrychwch.",
  'pager-synthetic':
    'OPERATOR: ni ddaeth prawf o lwybr y larwm yn ôl. Efallai na fydd rhybuddion yn gweithio. Agorwch y bwrdd nawr.',
  'pager-opening':
    'OPERATOR: agorodd dau weithredwr gynllun y tu allan i rybudd. Os nad oedd hyn i fod, gweithredwch nawr.',
  'pager-plan': '{code} OPERATOR: ni ellid agor cynllun. Dywedwyd wrth bobl heb y cyfeiriad. Gweithredwch nawr.',
  'pager-keys':
    "OPERATOR: o'r cynlluniau a'r rhifau a brofwyd heddiw, nid yw {count} yn agor. Gall rhybuddion fethu. Gweithredwch nawr.",

  // O flaen pob neges o brawf
  'mark.test': 'TEST. Nid oes angen help ar neb.',
  // At arweinydd ar ddyletswydd, neu at y galwr lle nad oes un
  'rota-hole': 'ROTA: o {when} dim ond {people} o {floor} o bobl. Chwiliwch am rywun ac agorwch y rota.',
  'floor-missed': 'ROTA: dim ond {people} o {floor} o bobl sydd ar shifft nawr. Chwiliwch am rywun.',

  'call.alert-rescuer':
    "Galwad ddiogelwch yw hon. Rhybudd {code}. Efallai fod angen help nawr ar y person a'ch dewisodd.",
  'call.alert-rescuer.menu': "Os ydych chi'n mynd, pwyswch 1. Os na allwch, pwyswch 2.",
  'call.alert-supporter': 'Galwad ddiogelwch yw hon. Rhybudd {code}. Efallai fod angen help nawr ar rywun.',
  'call.alert-supporter.menu': "I'w gymryd, pwyswch 1. Os na allwch, pwyswch 2.",
  'call.pager':
    'Dyma’r gwasanaeth diogelwch, i’w weithredwr. Rhaid i rywun weithredu nawr. Mae ein neges a’r bwrdd yn dweud pam.',
  'call.pager.menu': 'Agorwch y bwrdd nawr.',
  'call.prompt-own': 'Helo. Dyma eich galwad.',
  'call.prompt-own.menu': "Os ydych chi'n iawn, pwyswch {digit}. Am help nawr, pwyswch 7.",
  'call.rehearsal-own': 'Helo. Galwad TEST yw hon. Nid oes angen help ar neb.',
  'call.rehearsal-own.menu': 'I ddangos bod hyn yn gweithio, pwyswch {digit}.',
  'call.going-noted': "Diolch. Rydych chi'n mynd. Os na allwch eu deffro, ffoniwch 9 9 9.",
  'call.taken-noted': 'Diolch. Chi sydd â’r rhybudd hwn. Agorwch eich consol nawr.',
  'call.already-taken': 'Diolch. Mae rhywun arall â’r rhybudd hwn ers {time}. Nid oes angen i chi wneud dim.',
  'call.over-noted': "Mae'r rhybudd hwn drosodd. Nid oes angen i chi wneud dim. Diolch.",
  'call.cannot-noted': 'Diolch am ddweud. Hwyl fawr.',
  'call.ok-noted': 'Diolch. Hwyl fawr.',
  'call.help-noted': 'Rydym yn dweud wrth y bobl a ddewisoch nawr.',
  'call.test-noted': "TEST wedi'i nodi. Mae'n gweithio. Diolch.",
  'call.no-digit': 'Nid ydym wedi clywed digid. Hwyl fawr.',

  'unit.seconds': '{n} e',
  'unit.minutes': '{n} mun',
}
