// The texts of one user's page for administrators, and of what is done there.
import type { Translations } from "../kit/language.ts";

/** How long a lock may last, in hours; 0 is for good. */
export const LOCK_HOURS = [1, 24, 720, 0] as const;

/** Why an act was not done. */
export type Problem =
  | "USER_STATE_CONFLICT"
  | "EMAIL_TAKEN"
  | "USERNAME_TAKEN"
  | "SESSION_NOT_FOUND"
  | "GRANT_NOT_FOUND";

interface Messages {
  readonly realm: string;
  readonly email: string;
  readonly verified: string;
  readonly notVerified: string;
  readonly accId: string;
  readonly created: string;
  readonly changed: string;
  readonly deleted: string;
  readonly failures: string;
  readonly lockedFor: string;
  readonly lockedUntil: string;
  readonly forGood: string;
  readonly untouchable: string;
  readonly lock: string;
  readonly lockNow: string;
  readonly relock: string;
  readonly unlock: string;
  readonly restore: string;
  readonly endAccess: string;
  readonly forgetFailures: string;
  readonly sessions: string;
  readonly since: string;
  readonly lastUsed: string;
  readonly end: string;
  readonly apps: string;
  readonly revoke: string;
  readonly communities: string;
  readonly applications: string;
  readonly devices: string;
  readonly seen: string;
  readonly events: string;
  readonly allEvents: string;
  readonly allDeeds: string;
  readonly lockTitle: (name: string) => string;
  readonly lockWhat: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly reasonWrong: string;
  readonly howLong: string;
  readonly hours: Readonly<Record<(typeof LOCK_HOURS)[number], string>>;
  readonly cancel: string;
  readonly notices: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<Problem, string>>;
}

export const administrationUserMessages: Translations<Messages> = {
  en: {
    realm: "Realm",
    email: "E-mail",
    verified: "verified",
    notVerified: "not verified",
    accId: "AccID",
    created: "Created",
    changed: "Changed",
    deleted: "Deleted",
    failures: "Wrong passwords that count now",
    lockedFor: "Locked:",
    lockedUntil: "until",
    forGood: "for good",
    untouchable:
      "An administrator is changed only by themselves and by the operator: “latchkey admin revoke” on the server comes first. In an emergency, the access can be ended here.",
    lock: "Lock…",
    lockNow: "Lock",
    relock: "Change the lock…",
    unlock: "Unlock",
    restore: "Restore",
    endAccess: "End all access",
    forgetFailures: "Forget wrong passwords",
    sessions: "Sessions",
    since: "since",
    lastUsed: "last used",
    end: "End",
    apps: "Applications with access",
    revoke: "Revoke",
    communities: "Communities",
    applications: "Registered applications",
    devices: "Devices",
    seen: "seen",
    events: "What happened last",
    allEvents: "Everything that happened to this user",
    allDeeds: "Everything that this user did",
    lockTitle: (name) => `Lock ${name}`,
    lockWhat:
      "All sessions and tokens of the user end at once, and nobody can sign in as the user until the lock ends.",
    reason: "Reason",
    reasonHint: "Only administrators see it. It stays in the audit trail.",
    reasonWrong: "A reason is needed, of 500 characters at most.",
    howLong: "How long",
    hours: { 1: "1 hour", 24: "1 day", 720: "30 days", 0: "For good" },
    cancel: "Cancel",
    notices: {
      locked: "The user is locked.",
      unlocked: "The user is unlocked.",
      restored: "The user is restored.",
      "access-ended": "All sessions and tokens of the user have ended.",
      "session-ended": "The session has ended.",
      revoked: "The application’s access has ended.",
      forgotten: "The wrong passwords are forgotten.",
    },
    problems: {
      USER_STATE_CONFLICT:
        "That can’t be done any more: somebody has changed the user meanwhile, or the deletion is more than 30 days old.",
      EMAIL_TAKEN:
        "The user can’t be restored: the e-mail address belongs to another user now. Delete or change that one first.",
      USERNAME_TAKEN:
        "The user can’t be restored: the user name belongs to another user now. Delete or change that one first.",
      SESSION_NOT_FOUND: "This session has ended already.",
      GRANT_NOT_FOUND: "This application’s access has ended already.",
    },
  },
  ru: {
    realm: "Область (realm)",
    email: "Почта",
    verified: "подтверждена",
    notVerified: "не подтверждена",
    accId: "AccID",
    created: "Создан",
    changed: "Изменён",
    deleted: "Удалён",
    failures: "Неверных паролей в счёте",
    lockedFor: "Заблокирован:",
    lockedUntil: "до",
    forGood: "навсегда",
    untouchable:
      "Администратора могут менять только он сам и оператор: сначала на сервере нужна команда «latchkey admin revoke». В экстренном случае здесь можно завершить его доступ.",
    lock: "Заблокировать…",
    lockNow: "Заблокировать",
    relock: "Изменить блокировку…",
    unlock: "Разблокировать",
    restore: "Восстановить",
    endAccess: "Прекратить весь доступ",
    forgetFailures: "Забыть неверные пароли",
    sessions: "Сеансы",
    since: "с",
    lastUsed: "последнее действие:",
    end: "Завершить",
    apps: "Приложения с доступом",
    revoke: "Отозвать",
    communities: "Сообщества",
    applications: "Зарегистрированные приложения",
    devices: "Устройства",
    seen: "замечено",
    events: "Последние события",
    allEvents: "Всё, что произошло с пользователем",
    allDeeds: "Всё, что сделал пользователь",
    lockTitle: (name) => `Блокировка: ${name}`,
    lockWhat:
      "Все сеансы и токены пользователя сразу перестанут действовать, и никто не сможет войти от его имени, пока блокировка не закончится.",
    reason: "Причина",
    reasonHint: "Её видят только администраторы. Она останется в журнале.",
    reasonWrong: "Нужна причина, не длиннее 500 символов.",
    howLong: "На какой срок",
    hours: { 1: "1 час", 24: "1 день", 720: "30 дней", 0: "Навсегда" },
    cancel: "Отмена",
    notices: {
      locked: "Пользователь заблокирован.",
      unlocked: "Пользователь разблокирован.",
      restored: "Пользователь восстановлен.",
      "access-ended": "Все сеансы и токены пользователя больше не действуют.",
      "session-ended": "Сеанс завершён.",
      revoked: "Доступ приложения отозван.",
      forgotten: "Неверные пароли забыты.",
    },
    problems: {
      USER_STATE_CONFLICT:
        "Это больше невозможно: пользователя тем временем изменили, или он удалён больше 30 дней назад.",
      EMAIL_TAKEN:
        "Восстановить нельзя: почта теперь принадлежит другому пользователю. Сначала удалите или измените его.",
      USERNAME_TAKEN:
        "Восстановить нельзя: имя теперь принадлежит другому пользователю. Сначала удалите или измените его.",
      SESSION_NOT_FOUND: "Этот сеанс уже завершён.",
      GRANT_NOT_FOUND: "Доступ этого приложения уже отозван.",
    },
  },
  zh: {
    realm: "域（realm）",
    email: "邮箱",
    verified: "已验证",
    notVerified: "未验证",
    accId: "AccID",
    created: "创建于",
    changed: "修改于",
    deleted: "删除于",
    failures: "当前计入的错误密码次数",
    lockedFor: "已锁定：",
    lockedUntil: "直到",
    forGood: "永久",
    untouchable:
      "管理员账号只能由本人和运维人员更改：请先在服务器上执行“latchkey admin revoke”。紧急情况下可在此终止其访问。",
    lock: "锁定…",
    lockNow: "锁定",
    relock: "修改锁定…",
    unlock: "解锁",
    restore: "恢复",
    endAccess: "终止所有访问",
    forgetFailures: "清除错误密码计数",
    sessions: "会话",
    since: "开始于",
    lastUsed: "最近使用：",
    end: "结束",
    apps: "有访问权限的应用",
    revoke: "撤销",
    communities: "社群",
    applications: "登记的应用",
    devices: "设备",
    seen: "最近出现：",
    events: "最近的事件",
    allEvents: "与该用户有关的全部事件",
    allDeeds: "该用户执行的全部操作",
    lockTitle: (name) => `锁定 ${name}`,
    lockWhat: "该用户的所有会话和令牌将立即失效，锁定结束之前任何人都无法以该用户身份登录。",
    reason: "原因",
    reasonHint: "只有管理员能看到，并会保留在审计记录中。",
    reasonWrong: "必须填写原因，最多 500 个字符。",
    howLong: "时长",
    hours: { 1: "1 小时", 24: "1 天", 720: "30 天", 0: "永久" },
    cancel: "取消",
    notices: {
      locked: "用户已锁定。",
      unlocked: "用户已解锁。",
      restored: "用户已恢复。",
      "access-ended": "该用户的所有会话和令牌均已失效。",
      "session-ended": "会话已结束。",
      revoked: "该应用的访问权限已撤销。",
      forgotten: "错误密码计数已清除。",
    },
    problems: {
      USER_STATE_CONFLICT: "该操作已无法执行：用户在此期间已被更改，或删除已超过 30 天。",
      EMAIL_TAKEN: "无法恢复：该邮箱现已属于其他用户。请先删除或更改那位用户。",
      USERNAME_TAKEN: "无法恢复：该用户名现已属于其他用户。请先删除或更改那位用户。",
      SESSION_NOT_FOUND: "该会话已经结束。",
      GRANT_NOT_FOUND: "该应用的访问权限已经撤销。",
    },
  },
};
