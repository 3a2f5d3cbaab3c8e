import { FIELDS, type ListField } from './choices.ts'

/** What a heading says. */
interface HeadingMeaning {
  /** null for one that is known to be none of the fields. */
  field: ListField | null
  /** Higher is surer: 3 the heading itself, 2 a phrase in it, 1 one that is often something else. */
  certainty: 1 | 2 | 3
  /** Family names come first in this language. */
  family_first: boolean
}

/**
 * Headings of spreadsheets, forms, address books and directories. Where several columns name the same field, the one
 * whose heading stands first here is it.
 */
const HEADINGS: Record<ListField, string> = {
  email: `
    email | e-mail | email address | e-mail address | mail | mail address | work email | primary email | contact email
    email id | e-mail 1 value | email 1 | emails | smtp | primary smtp address | windows email address
    e-mail-adresse | emailadresse | mailadresse | dienstliche e-mail | e-post | e-postadresse | epostadress | sähköposti
    sähköpostiosoite | e-mailadres | mailadres | courriel | adresse e-mail | adresse mail | adresse courriel
    adresse électronique | adresse de messagerie | mél | correo | correo electrónico | dirección de correo electrónico
    dirección de correo | dirección de email | dirección email | posta elettronica | indirizzo email | indirizzo e-mail
    indirizzo mail | indirizzo di posta elettronica | correio eletrónico | correio eletrônico | endereço de email
    endereço de e-mail | endereço eletrónico | adres e-mail | adres email | adres mailowy | poczta elektroniczna
    adres poczty elektronicznej | netfang | tölvupóstur | email cím | e-mail cím | e-mailová adresa | emailová adresa
    elektronická pošta | adresă de email | adresa de email | e-posta | e-posta adresi | eposta | meil | e-kiri
    meiliaadress | e-posti aadress | e-pasts | el. paštas | adreça electrònica | correu electrònic
    почта | электронная почта | эл почта | адрес электронной почты | имейл | електронна пошта | ел пошта
    ηλεκτρονικό ταχυδρομείο | ηλεκτρονική διεύθυνση | البريد الإلكتروني | بريد إلكتروني | البريد | ايميل | الايميل | ایمیل | پست الکترونیک
    עنوان البريد الإلكتروني | דוא"ל | דואר אלקטרוני | אימייל | כתובת אימייל | מייל | כתובת מייל | ईमेल | อีเมล
    邮箱 | 电子邮件 | 电子邮箱 | 邮件地址 | 電子郵件 | 電郵 | メール | メールアドレス | eメール | 이메일 | 이메일 주소 | 전자우편`,
  name: `
    full name | name | display name | your name | contact name | person | participant | learner | colleague | employee
    first and last name | name and surname | first name last name | last name first name | surname and name
    vollständiger name | vor- und nachname | vorname und nachname | vorname nachname | nachname vorname | name vorname
    anzeigename | teilnehmer | teilnehmerin | mitarbeiter | mitarbeiterin
    fullt navn | navn | for- og etternavn | fornavn og etternavn | for- og efternavn | deltaker | deltager | namn
    för- och efternamn | förnamn och efternamn | deltagare | koko nimi | nimi | etu- ja sukunimi | sukunimi ja etunimi
    volledige naam | naam | voor- en achternaam | deelnemer | nom complet | nom et prénom | prénom et nom | nom prénom
    nom | participant | nombre completo | nombre y apellidos | nombre y apellido | apellidos y nombre | nombre
    nome completo | nome e cognome | cognome e nome | nominativo | nome | nome e apelido | nome e sobrenome
    imię i nazwisko | nazwisko i imię | uczestnik | teljes név | név | jméno a příjmení | příjmení a jméno | jméno
    meno a priezvisko | meno | ime i prezime | ime in priimek | ime | nume complet | nume și prenume | nume
    nafn | fullt nafn | täisnimi | vārds uzvārds | vardas pavardė | ad soyad | adı soyadı | isim | ad | nom i cognoms
    фио | ф и о | имя и фамилия | фамилия имя | фамилия имя отчество | фамилия и имя | прізвище та ім'я | نام | نام کامل | نام و نام خانوادگی | полное имя | имя | піб | ім'я та прізвище | ім'я
    име и фамилия | име | ονοματεπώνυμο | όνομα | الاسم | الاسم الكامل | الاسم واللقب | שם | שם מלא | नाम | पूरा नाम
    ชื่อ | ชื่อ-นามสกุล | họ và tên | họ tên | tên | 姓名 | 名前 | 氏名 | お名前 | 이름 | 성명 | 성함`,
  first_name: `
    first name | given name | forename | first | given | christian name | preferred name | vorname | rufname | fornavn
    förnamn | tilltalsnamn | etunimi | voornaam | roepnaam | prénom | nombre de pila | primer nombre | nombres
    primeiro nome | nome próprio | imię | imiona | keresztnév | utónév | křestní jméno | krstné meno | prenume
    eesnimi | vārds | vardas | eiginnafn | собственное имя | личное имя | الاسم الأول | الاسم الشخصي | שם פרטי | نام کوچک | 名`,
  last_name: `
    last name | surname | family name | last | sn | nachname | familienname | zuname | etternavn | efternavn | efternamn
    sukunimi | achternaam | familienaam | nom de famille | apellidos | apellido | primer apellido | sobrenome | apelido
    apelidos | último nome | cognome | cognom | cognoms | nazwisko | vezetéknév | családnév | příjmení | priezvisko
    priimek | prezime | nume de familie | perekonnanimi | uzvārds | pavardė | eftirnafn | soyad | soyadı | soyisim
    фамилия | прізвище | επώνυμο | اسم العائلة | الاسم الأخير | اللقب | الكنية | שם משפחה | نام خانوادگی | 姓 | 성`,
  workplace: `
    workplace | place of work | home library | library | library name | branch | branch name | library branch
    institution | organisation | organization | organisation name | organization name | organization 1 name
    organisation 1 name | organization 1 - name | employer | company | company name | department | dept | office | location
    bibliothek | name der bibliothek | arbeitsplatz | arbeitsort | zweigstelle | einrichtung | dienststelle | filiale
    standort | institution | firma | unternehmen | abteilung | bibliotek | folkebibliotek | arbeidssted | arbeidsplass | arbejdssted
    arbejdsplads | arbetsplats | filial | avdeling | afdeling | avdelning | enhet | enhed | kirjasto | työpaikka
    toimipaikka | toimipiste | yksikkö | osasto | bibliotheek | werkplek | vestiging | locatie | organisatie | werkgever
    bibliothèque | médiathèque | nom de la bibliothèque | établissement | lieu de travail | structure | organisme | société | entreprise | service
    biblioteca | centro de trabajo | lugar de trabajo | sucursal | institución | organización | centro | empresa
    departamento | sede | luogo di lavoro | biblioteca di appartenenza | ente | struttura | ufficio | reparto
    local de trabalho | instituição | organização | departamento | biblioteka | miejsce pracy | placówka | filia
    instytucja | oddział | könyvtár | munkahely | intézmény | knihovna | pracoviště | pobočka | knižnica | pracovisko
    knjižnica | bibliotecă | loc de muncă | raamatukogu | töökoht | bibliotēka | darba vieta | biblioteka
    bókasafn | vinnustaður | kütüphane | şube | kurum | iş yeri | библиотека | место работы | филиал | организация
    отдел | бібліотека | місце роботи | βιβλιοθήκη | χώρος εργασίας | المكتبة | مكتبة | مكان العمل | جهة العمل | الفرع
    المؤسسة | القسم | کتابخانه | محل کار | ספרייה | ספריה | מקום עבודה | סניף | ארגון | מחלקה | पुस्तकालय | ห้องสมุด | thư viện
    图书馆 | 工作单位 | 单位 | 分馆 | 部门 | 圖書館 | 図書館 | 勤務先 | 職場 | 所属 | 部署 | 도서관 | 근무지 | 직장 | 소속 | 부서`,
  pod: `
    pod | group | team | group 1 | study group | gruppe | grupp | lerngruppe | lag | hold | ryhmä | tiimi | groep
    groupe | équipe | grupo | equipo | equipa | equipe | gruppo | squadra | grupa | zespół | csoport | skupina | grup
    rühm | hópur | takım | группа | команда | група | ομάδα | المجموعة | مجموعة | فريق | الفريق | קבוצה | צוות
    小组 | 组 | 分组 | グループ | チーム | 班 | 조 | 팀 | 그룹`,
}

/** Names of accounts, which are addresses in some directories. */
const ACCOUNTS = `user principal name | upn | username | user name | login | sign in name | sign-in name | account
  account name | benutzername | anmeldename | brukernavn | användarnamn | identifiant | usuario | nome utente | login id`

/** Words by which a heading that names a field is about something else. */
const ELSEWHERE = `type | label | phonetic | prefix | suffix | middle | maiden | nick | nickname | display name | alias | title | phone | url | link | date
  status | sent | opt | consent | verified | count | format | manager | manager's | supervisor | supervisor's | boss
  emergency | parent | guardian | vorgesetzte | vorgesetzter | typ | file | course | pet | kurs | curso | cours | initials
  yomi | furigana | フリガナ | ふりがな | カナ | id | handle | since | role`

/** Words that name a field only where they stand alone: "First Join" is no name. */
const ALONE = new Set(['first', 'last', 'given'])

const FAMILY_FIRST = /vezetéknév|családnév/iu

const exact = new Map<string, Omit<HeadingMeaning, 'family_first'>>()
const phrases: { words: string; field: ListField }[] = []
for (const field of FIELDS) {
  for (const heading of phrasesOf(HEADINGS[field])) {
    const key = compact(heading)
    if (!exact.has(key)) exact.set(key, { field, certainty: 3 })
    // short words stand in too many sentences, and some others in headings of other things
    if (key.length > 3 && !ALONE.has(key)) phrases.push({ words: spaced(heading), field })
  }
}
for (const heading of phrasesOf(ACCOUNTS)) exact.set(compact(heading), { field: 'email', certainty: 1 })
phrases.sort((one, other) => other.words.length - one.words.length)
const elsewhere = phrasesOf(ELSEWHERE).map(spaced)
const ranks = new Map(FIELDS.flatMap((field) => phrasesOf(HEADINGS[field]).map((one, at) => [compact(one), at])))
/** Names of places and of groups hold the word for "name" as well. */
const PHRASE_ORDER: readonly ListField[] = ['email', 'first_name', 'last_name', 'pod', 'workplace', 'name']

/** What a heading says, in the languages and programs that are known here; null for one that says nothing. */
export function meaningOf(heading: string): HeadingMeaning | null {
  const family_first = FAMILY_FIRST.test(heading)
  const known = exact.get(compact(heading))
  if (known) return { ...known, family_first }
  const text = spaced(splitCamelCase(heading))
  if (elsewhere.some((words) => text.includes(words))) return { field: null, certainty: 2, family_first }
  const found = phrases.filter(({ words }) => text.includes(words))
  const both = ['first_name', 'last_name'].every((part) => found.some(({ field }) => field === part))
  if (both) return { field: 'name', certainty: 2, family_first }
  const field = PHRASE_ORDER.find((one) => found.some((phrase) => phrase.field === one))
  return field ? { field, certainty: 2, family_first } : null
}

/** The place of a heading among those of its field; the lower, the likelier where there are several. */
export function headingRank(heading: string): number {
  return ranks.get(compact(heading)) ?? 1000
}

function phrasesOf(text: string): string[] {
  return text
    .split(/[|\n]/u)
    .map((phrase) => phrase.trim())
    .filter(Boolean)
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/** Letters and digits alone. */
function compact(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The words between single spaces, so that phrases are found in whole words. */
function spaced(text: string): string {
  const words = plain(text)
    .replace(/e[ -]mail/gu, 'email')
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim()
  return ` ${words} `
}

function splitCamelCase(text: string): string {
  return text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replaceAll('_', ' ')
}
