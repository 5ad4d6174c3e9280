import type { Obstacle } from "../../../domain/predecessor/reports/obstacles.ts";
import { html, type Html } from "../../kit/html.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly what: string;
  readonly none: string;
  readonly stages: Readonly<Record<"mirror" | "fallback" | "own", string>>;
  readonly stage: string;
  readonly share: (percent: number) => string;
  readonly command: string;
  readonly requests: string;
  readonly day: string;
  readonly outcomes: Readonly<
    Record<"equal" | "volatile" | "different" | "uncompared" | "unserved" | "own", string>
  >;
  readonly users: string;
  readonly groups: readonly [learned: string, known: string, missing: string];
  readonly latency: string;
  readonly latencyByDay: string;
  readonly noLatency: string;
  readonly sides: readonly [predecessor: string, own: string];
  readonly quantile: string;
  readonly numbers: string;
  readonly routes: string;
  readonly route: string;
  readonly total: string;
  readonly differences: string;
  readonly noDifferences: string;
  readonly field: string;
  readonly ours: string;
  readonly theirs: string;
  readonly count: string;
  readonly last: string;
  readonly example: string;
  readonly remaining: string;
  readonly since: (time: Html) => Html;
  readonly done: string;
  readonly todo: {
    readonly [Kind in Obstacle["kind"]]: (obstacle: Extract<Obstacle, { kind: Kind }>) => string;
  } & { readonly next: string };
  readonly learnt: string;
  readonly nothingLearnt: string;
  readonly imports: string;
  readonly lines: (taken: number, refused: number) => string;
  readonly cutOff: string;
  readonly discard: string;
  readonly discardWhat: string;
  readonly cancel: string;
  readonly notices: Readonly<Record<"discarded", string>>;
}

export const predecessorMessages: Translations<Messages> = {
  en: {
    what: "APIs that Latchkey takes over from another server.",
    none: "No API has another server behind it. The operator sets KOKIDS_PREDECESSOR and the like.",
    stages: {
      mirror: "the other server answers",
      fallback: "Latchkey answers and asks",
      own: "Latchkey answers alone",
    },
    stage: "Stage",
    share: (percent) => `${percent} % of users`,
    command: "The operator changes the stage:",
    requests: "Requests a day",
    day: "Day",
    outcomes: {
      equal: "equal",
      volatile: "equal but for tokens",
      different: "different",
      uncompared: "not compared",
      unserved: "not answered",
      own: "Latchkey alone",
    },
    users: "Users",
    groups: ["learnt from traffic", "with a password here", "without one"],
    latency: "Latency of the last seven days",
    latencyByDay: "Latency by day, in ms",
    noLatency: "No call was measured in the last seven days.",
    sides: ["the other server", "Latchkey"],
    quantile: "Share of requests",
    numbers: "The numbers",
    routes: "Calls",
    route: "Call",
    total: "Requests",
    differences: "Differences",
    noDifferences: "No answer has differed.",
    field: "Field",
    ours: "Latchkey",
    theirs: "Other server",
    count: "Count",
    last: "Last, UTC",
    example: "Example, masked",
    remaining: "What stands between now and Latchkey alone",
    since: (time) => html`Calls count since ${time}: the last change of the stage, or seven days.`,
    done: "Nothing.",
    todo: {
      missing: ({ users }) =>
        `Users without a password here: ${users}. Import their hashes, or wait.`,
      different: ({ answers, kinds }) =>
        `Recent answers that differ: ${answers}, of ${kinds} kinds. Look at each below.`,
      away: () => "The other server can't be asked.",
      share: ({ percent }) => `Only ${percent} % of users are in this stage.`,
      changed: ({ users }) =>
        `Users whose new password or address the other server doesn't know: ${users}.`,
      next: "The next stage: nothing is in its way.",
    },
    learnt: "Learnt from traffic",
    nothingLearnt: "Nothing was learnt.",
    imports: "Imports",
    lines: (taken, refused) => `Lines read: ${taken}, refused: ${refused}`,
    cutOff: "cut off",
    discard: "Discard what was learnt",
    discardWhat:
      "What was used or changed since stays. The other server must be asked for the rest again.",
    cancel: "Cancel",
    notices: { discarded: "Discarded. What was used or changed since stays." },
  },
  ru: {
    what: "API, которые Latchkey принимает от другого сервера.",
    none: "Ни у одного API нет другого сервера. Оператор задаёт KOKIDS_PREDECESSOR и подобные.",
    stages: {
      mirror: "отвечает другой сервер",
      fallback: "Latchkey отвечает и спрашивает",
      own: "Latchkey отвечает сам",
    },
    stage: "Этап",
    share: (percent) => `${percent} % пользователей`,
    command: "Этап меняет оператор:",
    requests: "Запросы по дням",
    day: "День",
    outcomes: {
      equal: "одинаковые",
      volatile: "одинаковые, кроме токенов",
      different: "разные",
      uncompared: "не сравнивались",
      unserved: "без ответа",
      own: "только Latchkey",
    },
    users: "Пользователи",
    groups: ["узнаны из запросов", "с паролем здесь", "без пароля"],
    latency: "Задержка за семь дней",
    latencyByDay: "Задержка по дням, мс",
    noLatency: "За семь дней не измерено ни одного вызова.",
    sides: ["другой сервер", "Latchkey"],
    quantile: "Доля запросов",
    numbers: "Числа",
    routes: "Вызовы",
    route: "Вызов",
    total: "Запросы",
    differences: "Различия",
    noDifferences: "Ответы не различались.",
    field: "Поле",
    ours: "Latchkey",
    theirs: "Другой сервер",
    count: "Число",
    last: "Последнее, UTC",
    example: "Пример, скрыт",
    remaining: "Что мешает Latchkey отвечать самому",
    since: (time) => html`Вызовы считаются с ${time}: с последней смены этапа или за семь дней.`,
    done: "Ничего.",
    todo: {
      missing: ({ users }) => `Без пароля здесь: ${users}. Импортируйте хеши или подождите.`,
      different: ({ answers, kinds }) =>
        `Разных ответов недавно: ${answers}, видов: ${kinds}. Посмотрите каждый ниже.`,
      away: () => "Другой сервер недоступен.",
      share: ({ percent }) => `На этом этапе только ${percent} % пользователей.`,
      changed: ({ users }) => `Новый пароль или адрес неизвестен другому серверу: ${users}.`,
      next: "Следующий этап: ему ничто не мешает.",
    },
    learnt: "Узнано из запросов",
    nothingLearnt: "Ничего не узнано.",
    imports: "Импорт",
    lines: (taken, refused) => `Прочитано строк: ${taken}, отклонено: ${refused}`,
    cutOff: "прерван",
    discard: "Забыть узнанное",
    discardWhat:
      "Использованное или изменённое останется. Об остальном снова спросят другой сервер.",
    cancel: "Отмена",
    notices: { discarded: "Забыто. Использованное или изменённое осталось." },
  },
  zh: {
    what: "Latchkey 正在从其他服务器接管的 API。",
    none: "没有 API 配置了其他服务器。运维人员可设置 KOKIDS_PREDECESSOR 等。",
    stages: {
      mirror: "由其他服务器响应",
      fallback: "由 Latchkey 响应并询问",
      own: "仅由 Latchkey 响应",
    },
    stage: "阶段",
    share: (percent) => `${percent} % 的用户`,
    command: "由运维人员更改阶段：",
    requests: "每日请求",
    day: "日期",
    outcomes: {
      equal: "相同",
      volatile: "除令牌外相同",
      different: "不同",
      uncompared: "未比较",
      unserved: "无响应",
      own: "仅 Latchkey",
    },
    users: "用户",
    groups: ["从请求中获知", "在此有密码", "没有密码"],
    latency: "最近七天的延迟",
    latencyByDay: "每日延迟（毫秒）",
    noLatency: "最近七天没有测得任何调用。",
    sides: ["其他服务器", "Latchkey"],
    quantile: "请求比例",
    numbers: "数据",
    routes: "调用",
    route: "调用",
    total: "请求数",
    differences: "差异",
    noDifferences: "响应没有差异。",
    field: "字段",
    ours: "Latchkey",
    theirs: "其他服务器",
    count: "次数",
    last: "最近一次（UTC）",
    example: "示例（已遮盖）",
    remaining: "距离仅由 Latchkey 响应还缺什么",
    since: (time) => html`调用自 ${time} 起统计：从上次更改阶段起，最多七天。`,
    done: "没有。",
    todo: {
      missing: ({ users }) => `在此没有密码的用户：${users}。请导入哈希或等待。`,
      different: ({ answers, kinds }) =>
        `近期不同的响应：${answers}，共 ${kinds} 种。请查看下面的每一种。`,
      away: () => "无法询问其他服务器。",
      share: ({ percent }) => `只有 ${percent} % 的用户处于此阶段。`,
      changed: ({ users }) => `其他服务器不知道其新密码或新地址的用户：${users}。`,
      next: "下一阶段：没有阻碍。",
    },
    learnt: "从请求中获知",
    nothingLearnt: "没有获知任何内容。",
    imports: "导入",
    lines: (taken, refused) => `已读取 ${taken} 行，拒绝 ${refused} 行`,
    cutOff: "已中断",
    discard: "丢弃获知的内容",
    discardWhat: "之后使用过或更改过的内容会保留，其余内容将再次询问其他服务器。",
    cancel: "取消",
    notices: { discarded: "已丢弃。之后使用过或更改过的内容已保留。" },
  },
};
