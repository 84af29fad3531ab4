/** A part of a name, in its own script and as a username has it. */
type Part = readonly [own: string, latin: string]

/** People of one script: given names, family names, and how the two are put together. */
export interface Names {
  readonly given: readonly Part[]
  readonly family: readonly Part[]
  readonly join: (given: string, family: string) => string
}

const parts = (text: string): Part[] => text.split(' ').map((each) => each.split('=') as [string, string])
const western = (given: string, family: string) => `${given} ${family}`
const eastern = (given: string, family: string) => `${family}${given}`

export const scripts: readonly Names[] = [
  {
    given: parts('Ada=ada Grace=grace José=jose Zoë=zoe Łukasz=lukasz Øyvind=oyvind İpek=ipek Siân=sian'),
    family: parts(
      'Lovelace=lovelace Müller=mueller Nguyễn=nguyen Đorđević=dordevic Åström=astrom Peña=pena O’Brien=obrien',
    ),
    join: western,
  },
  {
    given: parts('伟=wei 芳=fang 秀英=xiuying 敏=min 静=jing 丽华=lihua 志强=zhiqiang 𠮷=ji'),
    family: parts('王=wang 李=li 张=zhang 刘=liu 陈=chen 欧阳=ouyang 司马=sima'),
    join: eastern,
  },
  {
    given: parts('さくら=sakura 翔太=shota 陽菜=hina ケン=ken 美咲=misaki'),
    family: parts('佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 渡辺=watanabe'),
    join: western,
  },
  {
    given: parts('민준=minjun 서연=seoyeon 지훈=jihoon 하은=haeun'),
    family: parts('김=kim 이=lee 박=park 최=choi 정=jung'),
    join: eastern,
  },
  {
    given: parts('محمد=muhammad فاطمة=fatima أحمد=ahmad ليلى=layla يوسف=yusuf'),
    family: parts('الخوارزمي=alkhwarizmi حداد=haddad النجار=alnajjar منصور=mansour'),
    join: western,
  },
  {
    given: parts('Анна=anna Дмитрий=dmitri Олена=olena Ђорђе=djordje Йордан=yordan'),
    family: parts('Иванова=ivanova Ковалевская=kovalevskaya Шевченко=shevchenko Петровић=petrovic'),
    join: western,
  },
  {
    given: parts('Υπατία=hypatia Γιώργος=giorgos Ελένη=eleni Οδυσσεύς=odysseus'),
    family: parts('Παπαδόπουλος=papadopoulos Νικολάου=nikolaou Δήμας=dimas'),
    join: western,
  },
  {
    given: parts('नेहा=neha अर्जुन=arjun प्रिया=priya रवि=ravi'),
    family: parts('शर्मा=sharma पटेल=patel रामानुजन=ramanujan'),
    join: western,
  },
  {
    given: parts('שרה=sarah דוד=david נועה=noa'),
    family: parts('כהן=cohen לוי=levi מזרחי=mizrahi'),
    join: western,
  },
  {
    given: parts('สมชาย=somchai กมลา=kamala มาลี=malee'),
    family: parts('ศรีสุข=srisuk ใจดี=jaidee'),
    join: western,
  },
]
