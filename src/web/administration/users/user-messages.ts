import type { Translations } from "../../kit/language.ts";

/** The durations of a lock in hours; 0 is permanent. */
export const LOCK_HOURS = [1, 24, 720, 0] as const;

/** The errors that the page of the user explains. */
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
  readonly endAccessWhat: string;
  readonly forgetFailures: string;
  readonly sessions: string;
  readonly since: string;
  readonly lastUsed: string;
  readonly end: string;
  readonly apps: string;
  readonly revoke: string;
  readonly revokeWhat: string;
  readonly communities: string;
  readonly applications: string;
  readonly devices: string;
  readonly seen: string;
  readonly events: string;
  readonly allEvents: string;
  readonly allActions: string;
  readonly lockTitle: (name: string) => string;
  readonly lockWhat: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly reasonWrong: string;
  readonly howLong: string;
  readonly hours: Readonly<Record<(typeof LOCK_HOURS)[number], string>>;
  readonly cancel: string;
  readonly verifyEmail: string;
  readonly sendReset: string;
  readonly edit: string;
  readonly delete: string;
  readonly deleteWhat: string;
  readonly own: string;
  readonly toAccount: string;
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
    changed: "Last changed",
    deleted: "Deleted",
    failures: "Failed sign-in attempts",
    lockedFor: "Locked:",
    lockedUntil: "until",
    forGood: "permanently",
    untouchable:
      "An administrator’s account can be changed only by its owner or by the operator. To " +
      "manage this user, first run “latchkey admin revoke” on the server. In an emergency, " +
      "you can revoke all access here.",
    lock: "Lock…",
    lockNow: "Lock",
    relock: "Change lock…",
    unlock: "Unlock",
    restore: "Restore",
    endAccess: "Revoke all access",
    endAccessWhat:
      "All sessions and tokens of this user are revoked immediately. The user can sign in again.",
    forgetFailures: "Reset failed attempts",
    sessions: "Sessions",
    since: "since",
    lastUsed: "last used",
    end: "End session",
    apps: "Applications with access",
    revoke: "Remove access",
    revokeWhat: "The application loses access to this account at once. It can ask for it again.",
    communities: "Communities",
    applications: "Registered applications",
    devices: "Devices",
    seen: "last seen",
    events: "Recent events",
    allEvents: "Show all events of this user",
    allActions: "Show all actions by this user",
    lockTitle: (name) => `Lock ${name}`,
    lockWhat:
      "All sessions and tokens of this user are revoked immediately. The user can’t sign " +
      "in until the lock ends.",
    reason: "Reason",
    reasonHint: "Visible to administrators only. It is kept in the audit log.",
    reasonWrong: "Enter a reason of up to 500 characters.",
    howLong: "Duration",
    hours: { 1: "1 hour", 24: "1 day", 720: "30 days", 0: "Permanently" },
    cancel: "Cancel",
    verifyEmail: "Mark e-mail as verified",
    sendReset: "Send password reset",
    edit: "Edit…",
    delete: "Delete",
    deleteWhat:
      "The user can no longer sign in, and all sessions and tokens are revoked immediately. " +
      "The name and the address become free. The user can be restored for 30 days.",
    own: "This is your own account.",
    toAccount: "Change it on its page",
    notices: {
      created: "User created.",
      "created-letter": "User created. An e-mail with a link to set a password is on its way.",
      saved: "Changes saved.",
      verified: "E-mail marked as verified.",
      "reset-sent": "An e-mail with a link to set a new password is on its way.",
      deleted: "User deleted.",
      locked: "User locked.",
      unlocked: "User unlocked.",
      restored: "User restored.",
      "access-ended": "All sessions and tokens of the user were revoked.",
      "session-ended": "Session ended.",
      revoked: "The access of the application was removed.",
      forgotten: "Failed attempts reset.",
    },
    problems: {
      USER_STATE_CONFLICT:
        "This action is no longer possible. The user was changed in the meantime, or was " +
        "deleted more than 30 days ago.",
      EMAIL_TAKEN:
        "The user can’t be restored because another user now has this e-mail address. " +
        "Change or delete that user first.",
      USERNAME_TAKEN:
        "The user can’t be restored because another user now has this user name. Change " +
        "or delete that user first.",
      SESSION_NOT_FOUND: "This session has already ended.",
      GRANT_NOT_FOUND: "The access of this application was already removed.",
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
    failures: "Неудачных попыток входа",
    lockedFor: "Заблокирован:",
    lockedUntil: "до",
    forGood: "навсегда",
    untouchable:
      "Изменить администратора могут только он сам и оператор сервера. Чтобы управлять " +
      "этим пользователем, сначала выполните на сервере команду «latchkey admin revoke». " +
      "В экстренном случае здесь можно отозвать весь его доступ.",
    lock: "Заблокировать…",
    lockNow: "Заблокировать",
    relock: "Изменить блокировку…",
    unlock: "Разблокировать",
    restore: "Восстановить",
    endAccess: "Отозвать весь доступ",
    endAccessWhat:
      "Все сеансы и токены пользователя будут немедленно отозваны. Он сможет войти снова.",
    forgetFailures: "Сбросить счётчик попыток",
    sessions: "Сеансы",
    since: "с",
    lastUsed: "последняя активность:",
    end: "Завершить сеанс",
    apps: "Приложения с доступом",
    revoke: "Отозвать доступ",
    revokeWhat: "Приложение сразу потеряет доступ к аккаунту. Оно сможет запросить его снова.",
    communities: "Сообщества",
    applications: "Зарегистрированные приложения",
    devices: "Устройства",
    seen: "последняя активность:",
    events: "Последние события",
    allEvents: "Показать все события пользователя",
    allActions: "Показать все действия пользователя",
    lockTitle: (name) => `Заблокировать пользователя ${name}`,
    lockWhat:
      "Все сеансы и токены пользователя будут немедленно отозваны. Пользователь не сможет " +
      "войти до конца блокировки.",
    reason: "Причина",
    reasonHint: "Видна только администраторам. Сохраняется в журнале аудита.",
    reasonWrong: "Укажите причину (не длиннее 500 символов).",
    howLong: "Срок блокировки",
    hours: { 1: "1 час", 24: "1 день", 720: "30 дней", 0: "Навсегда" },
    cancel: "Отмена",
    verifyEmail: "Отметить почту подтверждённой",
    sendReset: "Отправить сброс пароля",
    edit: "Изменить…",
    delete: "Удалить",
    deleteWhat:
      "Пользователь больше не сможет войти, все сеансы и токены будут немедленно отозваны. " +
      "Имя и адрес освободятся. Восстановить пользователя можно в течение 30 дней.",
    own: "Это ваш аккаунт.",
    toAccount: "Изменить на его странице",
    notices: {
      created: "Пользователь создан.",
      "created-letter": "Пользователь создан. Ему отправляется письмо со ссылкой для пароля.",
      saved: "Изменения сохранены.",
      verified: "Почта отмечена подтверждённой.",
      "reset-sent": "Письмо со ссылкой для нового пароля отправляется.",
      deleted: "Пользователь удалён.",
      locked: "Пользователь заблокирован.",
      unlocked: "Пользователь разблокирован.",
      restored: "Пользователь восстановлен.",
      "access-ended": "Все сеансы и токены пользователя отозваны.",
      "session-ended": "Сеанс завершён.",
      revoked: "Доступ приложения отозван.",
      forgotten: "Счётчик попыток сброшен.",
    },
    problems: {
      USER_STATE_CONFLICT:
        "Действие больше недоступно: данные пользователя изменились, или он удалён более " +
        "30 дней назад.",
      EMAIL_TAKEN:
        "Восстановить пользователя нельзя: этот адрес теперь принадлежит другому " +
        "пользователю. Сначала измените или удалите того пользователя.",
      USERNAME_TAKEN:
        "Восстановить пользователя нельзя: это имя теперь принадлежит другому " +
        "пользователю. Сначала измените или удалите того пользователя.",
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
    failures: "登录失败次数",
    lockedFor: "已锁定：",
    lockedUntil: "直到",
    forGood: "永久",
    untouchable:
      "管理员账号只能由其本人或运维人员更改。如需管理该用户，请先在服务器上执行“latchkey " +
      "admin revoke”。紧急情况下可在此撤销其所有访问权限。",
    lock: "锁定…",
    lockNow: "锁定",
    relock: "修改锁定…",
    unlock: "解锁",
    restore: "恢复",
    endAccess: "撤销所有访问权限",
    endAccessWhat: "该用户的所有会话和令牌将立即撤销，之后用户可以重新登录。",
    forgetFailures: "重置失败次数",
    sessions: "会话",
    since: "开始于",
    lastUsed: "最近活动：",
    end: "结束会话",
    apps: "已授权的应用",
    revoke: "撤销访问权限",
    revokeWhat: "该应用将立即失去对此账号的访问权限，之后可以再次申请。",
    communities: "社群",
    applications: "注册的应用",
    devices: "设备",
    seen: "最近活动：",
    events: "最近的事件",
    allEvents: "查看该用户的全部事件",
    allActions: "查看该用户的全部操作",
    lockTitle: (name) => `锁定 ${name}`,
    lockWhat: "该用户的所有会话和令牌将立即撤销，锁定结束前该用户无法登录。",
    reason: "原因",
    reasonHint: "仅管理员可见，并保留在审计日志中。",
    reasonWrong: "请填写原因（最多 500 个字符）。",
    howLong: "时长",
    hours: { 1: "1 小时", 24: "1 天", 720: "30 天", 0: "永久" },
    cancel: "取消",
    verifyEmail: "将邮箱标记为已验证",
    sendReset: "发送密码重置邮件",
    edit: "编辑…",
    delete: "删除",
    deleteWhat:
      "该用户将无法登录，所有会话和令牌立即撤销，用户名和邮箱可供他人使用。30 天内可以恢复该用户。",
    own: "这是您自己的账号。",
    toAccount: "前往账号页面更改",
    notices: {
      created: "用户已创建。",
      "created-letter": "用户已创建，设置密码的邮件正在发送。",
      saved: "更改已保存。",
      verified: "邮箱已标记为已验证。",
      "reset-sent": "设置新密码的邮件正在发送。",
      deleted: "用户已删除。",
      locked: "用户已锁定。",
      unlocked: "用户已解锁。",
      restored: "用户已恢复。",
      "access-ended": "该用户的所有会话和令牌均已撤销。",
      "session-ended": "会话已结束。",
      revoked: "该应用的访问权限已撤销。",
      forgotten: "失败次数已重置。",
    },
    problems: {
      USER_STATE_CONFLICT: "该操作已无法执行：用户信息已变更，或用户删除已超过 30 天。",
      EMAIL_TAKEN: "无法恢复该用户：此邮箱已被其他用户使用。请先更改或删除占用此邮箱的用户。",
      USERNAME_TAKEN:
        "无法恢复该用户：此用户名已被其他用户使用。请先更改或删除占用此用户名的用户。",
      SESSION_NOT_FOUND: "该会话已经结束。",
      GRANT_NOT_FOUND: "该应用的访问权限已经撤销。",
    },
  },
};
