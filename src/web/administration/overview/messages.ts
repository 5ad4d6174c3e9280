import type { RefusalReason } from "../../../domain/administration/statistics/daily-counts.ts";
import { html, type Html } from "../../kit/html.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly numbers: string;
  readonly users: string;
  readonly locked: string;
  readonly deleted: string;
  readonly applications: string;
  readonly sessions: string;
  readonly waiting: string;
  readonly counting: string;
  readonly countedAt: (time: Html) => Html;
  readonly countedUntil: (time: Html) => Html;
  readonly period: string;
  readonly days: (days: number) => string;
  readonly day: string;
  readonly table: string;
  readonly signIns: string;
  readonly registrations: string;
  readonly refusals: string;
  readonly refusalsWhat: string;
  readonly outcomes: readonly [succeeded: string, refused: string];
  readonly reasons: Readonly<Record<RefusalReason, string>>;
  readonly sessionsByApi: string;
  readonly noSessions: string;
  readonly api: string;
  readonly browser: string;
}

export const overviewMessages: Translations<Messages> = {
  en: {
    numbers: "Now",
    users: "Active users",
    locked: "Locked users",
    deleted: "Deleted users",
    applications: "Applications",
    sessions: "Active sessions",
    waiting: "Requests for APIs to answer",
    counting: "These numbers are being counted. Open the page again in a minute.",
    countedAt: (time) => html`Counted: ${time}`,
    countedUntil: (time) =>
      html`The charts show events until ${time}. Newer ones are being counted.`,
    period: "Period",
    days: (days) => `${days} days`,
    day: "Day (UTC)",
    table: "Show as a table",
    signIns: "Sign-ins by day",
    registrations: "Registrations by day",
    refusals: "Refusals by reason",
    refusalsWhat:
      "Attempts beyond a limit are refused before the password is checked. They leave no event; " +
      "the metrics of the server count them.",
    outcomes: ["Succeeded", "Refused"],
    reasons: {
      SIGN_IN_FAILED: "Unknown user or wrong password",
      USER_LOCKED: "User is locked",
      USER_STATE_CONFLICT: "User is deleted",
      EMAIL_TAKEN: "E-mail address is taken",
      OTHER: "Other",
    },
    sessionsByApi: "Active sessions by API",
    noSessions: "There are no active sessions.",
    api: "API",
    browser: "Pages",
  },
  ru: {
    numbers: "Сейчас",
    users: "Активные пользователи",
    locked: "Заблокированные",
    deleted: "Удалённые",
    applications: "Приложения",
    sessions: "Активные сеансы",
    waiting: "Запросы на API без ответа",
    counting: "Идёт подсчёт. Откройте страницу снова через минуту.",
    countedAt: (time) => html`Подсчитано: ${time}`,
    countedUntil: (time) => html`На графиках события до ${time}. Более новые ещё подсчитываются.`,
    period: "Период",
    days: (days) => `${days} дн.`,
    day: "День (UTC)",
    table: "Показать таблицей",
    signIns: "Входы по дням",
    registrations: "Регистрации по дням",
    refusals: "Отказы по причинам",
    refusalsWhat:
      "Попытки сверх лимита отклоняются до проверки пароля. Событий о них нет; их считают " +
      "метрики сервера.",
    outcomes: ["Успешно", "Отказано"],
    reasons: {
      SIGN_IN_FAILED: "Нет пользователя или неверный пароль",
      USER_LOCKED: "Пользователь заблокирован",
      USER_STATE_CONFLICT: "Пользователь удалён",
      EMAIL_TAKEN: "Адрес почты занят",
      OTHER: "Другое",
    },
    sessionsByApi: "Активные сеансы по API",
    noSessions: "Активных сеансов нет.",
    api: "API",
    browser: "Страницы",
  },
  zh: {
    numbers: "当前",
    users: "正常用户",
    locked: "已锁定用户",
    deleted: "已删除用户",
    applications: "应用",
    sessions: "有效会话",
    waiting: "待处理的 API 申请",
    counting: "正在统计，请一分钟后重新打开此页面。",
    countedAt: (time) => html`统计时间：${time}`,
    countedUntil: (time) => html`图表包含截至 ${time} 的事件，更新的事件正在统计。`,
    period: "时段",
    days: (days) => `${days} 天`,
    day: "日期（UTC）",
    table: "以表格显示",
    signIns: "每日登录",
    registrations: "每日注册",
    refusals: "拒绝原因",
    refusalsWhat: "超出限制的尝试在检查密码之前就被拒绝，不产生事件，由服务器指标统计。",
    outcomes: ["成功", "拒绝"],
    reasons: {
      SIGN_IN_FAILED: "用户不存在或密码错误",
      USER_LOCKED: "用户已锁定",
      USER_STATE_CONFLICT: "用户已删除",
      EMAIL_TAKEN: "邮箱已被使用",
      OTHER: "其他",
    },
    sessionsByApi: "各 API 的有效会话",
    noSessions: "没有有效会话。",
    api: "API",
    browser: "网页",
  },
};
