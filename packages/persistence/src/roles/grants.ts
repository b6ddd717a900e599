/**
 * Who may do what to which table: the whole of what each service's role is granted, by column where its code names
 * columns. A table, a column or a verb that is not here is refused by Postgres, whoever has the service's password.
 *
 * What is missing shows as `permission denied` in the smoke tests, which run under these roles. Expand and contract here,
 * too: the release before runs on beside this one, so a line is taken away one release after the code that needed it.
 */

/** The processes that read Postgres. Whoever migrates owns the schema and is none of them. */
export type ServiceRole = 'api' | 'gateway' | 'worker'
export const serviceRoles: readonly ServiceRole[] = ['api', 'gateway', 'worker']

/** The role that holds a service's grants; the user a service comes in with is a member of it. */
type GroupName = `stillhere_${ServiceRole}`
export const groupOf = (role: ServiceRole): GroupName => `stillhere_${role}`

/** `true`: the whole table, columns that are yet to come included, as `SELECT *` needs. */
export interface TableGrant {
  select?: true | readonly string[]
  insert?: true | readonly string[]
  update?: true | readonly string[]
  delete?: true
}

const columns = (names: string): readonly string[] => names.split(' ')

/**
 * The journal and the audit are written by everybody and rewritten by nobody: only the worker may fill in a line's place
 * in the chain, and remove what is old (triggers hold it to that). Sealed words and numbers on their way to the worker
 * (inbound, feedback, notes, a rescuer's and a supporter's number) can be written and not read by who faces the internet.
 * A single column after `update` beside `delete` is what FOR UPDATE asks for, where retention locks what it removes.
 */
export const grants: Readonly<Record<ServiceRole, Readonly<Record<string, TableGrant>>>> = {
  api: {
    alert_logs: {
      select: true,
      insert: columns('alert_id supporter_id organisation_id outcome wanted difficulty energy follow_up at'),
      update: columns('outcome wanted difficulty energy follow_up'),
    },
    alert_progress: {
      select: columns('id alert_id kind actor_kind actor_id at withdraws'),
      insert: columns('id organisation_id alert_id kind actor_kind actor_id sealed_note at withdraws'),
    },
    alert_recipients: {
      select: true,
      insert: columns(
        'alert_id kind recipient_id organisation_id position destination number_hash language code code_held last_text_at',
      ),
      update: columns('destination number_hash code_held last_text_at told_at answer answered_at'),
    },
    alert_views: {
      select: columns('alert_id supporter_id seen_at'),
      insert: columns('alert_id supporter_id organisation_id seen_at'),
    },
    alerts: {
      select: true,
      insert: columns(
        'id organisation_id session_id plan_id code reason sealed_plan plan_version sealed_own_number text_address alert_order ladder due_at ladder_from_at raised_at synthetic',
      ),
      update: columns(
        'state version ladder_from_at owner_kind owner_id owned_at duty_until_at requested_at request_lapses_at outcome closed_at escalated_at naloxone closed_by_kind closed_by_id',
      ),
    },
    attempts: {
      select: columns(
        'nonce_hash message_id fence carrier_sid receipt_rank carrier outcome reason started_at finished_at',
      ),
      update: columns('carrier_sid receipt_rank'),
    },
    audit: { select: true, insert: columns('organisation_id actor_id action thing version fields') },
    clock_correction: { select: columns('correction') },
    commands: { select: true, insert: columns('caller_id command_id payload_hash status body') },
    credentials: {
      select: columns('id supporter_id expires_at revoked_at passkey_id'),
      insert: columns('id organisation_id supporter_id token_hash by_passkey expires_at passkey_id'),
      update: columns('revoked_at'),
    },
    deployment: { select: columns('deployment_id pace') },
    devices: {
      select: columns('id organisation_id revoked_at forget_hash'),
      insert: columns('id organisation_id token_hash forget_hash'),
      update: columns('revoked_at'),
    },
    disclosures: {
      select: columns(
        'id organisation_id alert_id recipient_kind recipient_id link_id proof_hash minimum brief expires_at opened_at shredded_at brief_key_id created_at',
      ),
      update: columns('minimum brief opened_at shredded_at'),
    },
    feedback: {
      select: columns('id organisation_id kind language on_day'),
      insert: columns('id organisation_id kind language sealed'),
    },
    feedback_copies: { select: columns('feedback_id supporter_id sealed') },
    going_live: { select: columns('carrier_hash simulated walked_at walked_hash live_since_at') },
    guidance_sign_offs: {
      select: true,
      insert: columns('organisation_id piece content_hash signed_by qualification signed_at review_by'),
      update: columns('content_hash signed_by qualification signed_at review_by'),
      delete: true,
    },
    heartbeats: { select: columns('last_sweep_at wake_ups skew_ms') },
    inbound: { insert: columns('carrier_sid organisation_id sealed due_at') },
    incidents: {
      select: true,
      insert: columns('id organisation_id severity title words opened_at opened_by'),
      update: columns('severity updates closed_at closing_words'),
    },
    invitations: {
      select: columns('organisation_id role token_hash used_at supporter_id created_at'),
      insert: columns('id organisation_id role token_hash supporter_id'),
      update: columns('used_at'),
    },
    key_uses: {
      select: columns('process_id service keys seen_at'),
      insert: columns('process_id service keys seen_at'),
      update: columns('keys seen_at'),
    },
    journal: {
      select: columns(
        'id organisation_id at kind alert_id actor_kind actor_id detail session_id chain_position chain_hash',
      ),
      insert: columns('organisation_id at kind session_id alert_id actor_kind actor_id detail'),
    },
    journal_chains: {
      select: columns(
        'alert_id organisation_id length head removed_at raised_at outcome owned_at due_at told_first_at called_999_at there_at',
      ),
    },
    ladders: { select: true, insert: columns('id organisation_id name steps'), update: columns('name version steps') },
    messages: {
      select: true,
      insert: columns(
        'id organisation_id session_id alert_id step_id recipient_kind recipient_id channel template detail language destination number_hash priority dedupe_key due_at',
      ),
      update: columns('status due_at fence resent polled carrier_sid error_code accepted_at delivered_at'),
    },
    organisations: {
      select: true,
      update: columns(
        'name languages pager_number prompts ladder version prompts_version staffing_floor texts time_zone opening rota_warning_hours staffing_version closing_asked_at closing_asked_by closed_for_good_at colour',
      ),
    },
    passkey_challenges: {
      select: columns('organisation_id supporter_id purpose challenge expires_at'),
      insert: columns('id organisation_id supporter_id purpose challenge expires_at'),
      delete: true,
    },
    passkeys: {
      select: true,
      insert: columns('id organisation_id supporter_id public_key counter transports'),
      update: columns('counter revoked_at'),
    },
    phones: {
      select: columns('organisation_id number_hash stopped_at bad_code'),
      insert: columns('organisation_id number_hash'),
      update: columns('bad_code'),
    },
    push_subscriptions: {
      select: columns('session_id'),
      insert: columns('session_id organisation_id sealed'),
      delete: true,
    },
    plan_openings: {
      select: true,
      insert: columns('id organisation_id alert_id reason key_id public_key asked_by asked_at asked_with expires_at'),
      update: columns('confirmed_by confirmed_at confirmed_with expires_at due_at'),
    },
    rescue_plans: {
      select: true,
      insert: columns(
        'id organisation_id device_id plan_version sealed sealed_own_number alert_order own_check check_due_at site_id site_version language',
      ),
      update: columns(
        'plan_version sealed good_sealed good_version sealed_own_number own_number_hash own_destination alert_order language plan_check plan_check_code own_check own_check_code check_due_at deleted_at site_id site_version used_at synthetic forgotten_at',
      ),
    },
    rescuers: {
      select: columns(
        'id organisation_id plan_id position destination number_hash language consent number_check number_check_code invited_at removed_at synthetic',
      ),
      insert: columns('id organisation_id plan_id position sealed_number sealed_word language check_due_at'),
      update: columns('position check_due_at invite_due_at removed_at synthetic'),
    },
    rhythms: {
      select: true,
      insert: columns('id organisation_id name intervals_seconds position'),
      update: columns('name intervals_seconds retired_at version'),
    },
    retention_rounds: { select: true },
    rota_exceptions: {
      select: true,
      insert: columns('id organisation_id kind pattern_id supporter_id role on_day starts ends over_at'),
      delete: true,
    },
    rota_patterns: {
      select: true,
      insert: columns('id organisation_id supporter_id role weekday starts ends from_day until_day'),
      delete: true,
    },
    rota_swaps: {
      select: true,
      insert: columns('id organisation_id shift_id role starts_at ends_at offered_by offered_at'),
      update: columns('state taken_by taken_at seen_by seen_at'),
      delete: true,
    },
    sessions: {
      select: true,
      insert: columns(
        'id organisation_id device_id plan_id kind company state version rhythm prompts started_at anchor_at deadline_at alert_at due_at last_press_at raised quiet end_code ends_at after_session_id synthetic language',
      ),
      update: columns(
        'state version rhythm anchor_at deadline_at alert_at due_at last_press_at raised quiet quiet_version prompt_kind prompt_at outcome closed_at cause',
      ),
    },
    settings_versions: { select: true, insert: columns('organisation_id kind thing version content actor_id') },
    sites: {
      select: columns('id organisation_id version template_version template ladder_id join_code retired_at'),
      insert: columns('id organisation_id template ladder_id join_code'),
      update: columns('version template_version template ladder_id join_code retired_at'),
    },
    staffing_gaps: { select: true },
    steps: {
      select: true,
      insert: columns('id organisation_id session_id alert_id kind position spec due_at status outcome done_at'),
      update: columns('due_at status done_at'),
    },
    supporters: {
      select: columns(
        'id organisation_id role name language destination number_hash on_shift removed_at number_check number_check_code fit on_shift_since debrief_open brief_key_id brief_public_key version check_due_at engagement number_asked_at number_answer number_answered_by number_answered_at number_answer_hash',
      ),
      insert: columns('id organisation_id role name language sealed_number number_check check_due_at engagement'),
      update: columns(
        'role name language destination number_hash on_shift removed_at sealed_number number_check number_check_code check_due_at fit on_shift_since debrief_open brief_key_id brief_public_key version engagement number_asked_at number_answer number_answered_by number_answered_at number_answer_hash',
      ),
    },
    sweep_minutes: { select: columns('minute_at found') },
    synthetic_alerts: {
      select: true,
      insert: columns('organisation_id version every_minutes bound_seconds plan_id next_due_at'),
      update: columns('version every_minutes bound_seconds plan_id next_due_at'),
    },
    synthetic_runs: {
      select: true,
      insert: columns('id organisation_id asked_by session_id started_at due_at miss_due_at outcome reason closed_at'),
    },
  },
  gateway: {
    alert_progress: { select: columns('id alert_id kind actor_kind actor_id at withdraws') },
    alert_recipients: {
      select: true,
      insert: columns(
        'alert_id kind recipient_id organisation_id position destination number_hash language code code_held last_text_at',
      ),
      update: columns('last_text_at answer answered_at'),
    },
    alert_views: { insert: columns('alert_id supporter_id organisation_id seen_at') },
    alerts: {
      select: true,
      insert: columns(
        'id organisation_id session_id plan_id code reason sealed_plan plan_version sealed_own_number text_address alert_order ladder due_at ladder_from_at raised_at synthetic',
      ),
      update: columns(
        'state version ladder_from_at owner_kind owner_id owned_at duty_until_at requested_at request_lapses_at outcome closed_at naloxone closed_by_kind closed_by_id',
      ),
    },
    clock_correction: { select: columns('correction') },
    commands: { select: true, insert: columns('caller_id command_id payload_hash status body') },
    deployment: { select: columns('deployment_id pace') },
    disclosures: {
      select: columns('alert_id recipient_id opened_at shredded_at'),
      update: columns('minimum brief shredded_at'),
    },
    going_live: { select: columns('carrier_hash simulated walked_at walked_hash live_since_at') },
    journal: { insert: columns('organisation_id at kind session_id alert_id actor_kind actor_id detail') },
    ladders: { select: columns('id steps') },
    messages: {
      select: columns(
        'id session_id alert_id recipient_kind template detail dedupe_key status recipient_id accepted_at',
      ),
      insert: columns(
        'id organisation_id session_id alert_id step_id recipient_kind recipient_id channel template detail language destination number_hash priority dedupe_key due_at',
      ),
      update: columns('status due_at'),
    },
    organisations: { select: true },
    phones: { select: columns('organisation_id number_hash stopped_at bad_code') },
    push_subscriptions: { select: columns('session_id'), delete: true },
    rescue_plans: { select: true },
    rescuers: {
      select: columns(
        'id organisation_id plan_id position destination number_hash language consent number_check number_check_code invited_at removed_at synthetic',
      ),
    },
    rhythms: { select: columns('id organisation_id name intervals_seconds') },
    sessions: {
      select: true,
      update: columns(
        'state version rhythm anchor_at deadline_at alert_at due_at last_press_at raised quiet quiet_version prompt_kind prompt_at outcome closed_at',
      ),
    },
    sites: { select: columns('id ladder_id retired_at') },
    steps: {
      select: true,
      insert: columns('id organisation_id session_id alert_id kind position spec due_at status outcome done_at'),
      update: columns('due_at status done_at'),
    },
    supporters: {
      select: columns(
        'id organisation_id role name language destination number_hash on_shift removed_at number_check number_check_code fit on_shift_since debrief_open brief_key_id brief_public_key number_answer number_answer_hash',
      ),
    },
  },
  worker: {
    alert_logs: { select: columns('alert_id organisation_id wanted difficulty at'), delete: true },
    alert_progress: { select: columns('alert_id kind at'), delete: true },
    alert_recipients: {
      select: true,
      insert: columns(
        'alert_id kind recipient_id organisation_id position destination number_hash language code code_held last_text_at',
      ),
      update: columns('code_held last_text_at told_at answer answered_at'),
      delete: true,
    },
    alert_views: { select: columns('alert_id supporter_id seen_at') },
    alerts: {
      select: true,
      insert: columns(
        'id organisation_id session_id plan_id code reason sealed_plan plan_version sealed_own_number text_address alert_order ladder due_at ladder_from_at raised_at synthetic',
      ),
      update: columns(
        'state version ladder_from_at disclosed_at brief_retry_at owner_kind owner_id owned_at duty_until_at requested_at request_lapses_at outcome closed_at naloxone closed_by_kind closed_by_id',
      ),
      delete: true,
    },
    attempts: {
      select: columns('message_id fence carrier_sid finished_at'),
      insert: columns('nonce_hash message_id fence carrier started_at'),
      update: columns('outcome reason carrier_sid finished_at'),
      delete: true,
    },
    audit: {
      select: columns('ctid at'),
      insert: columns('organisation_id actor_id action thing version fields'),
      update: columns('id'),
      delete: true,
    },
    clock_correction: { select: columns('correction version'), update: columns('correction version') },
    commands: { select: columns('ctid at'), update: columns('caller_id'), delete: true },
    credentials: { select: columns('ctid expires_at'), update: columns('id'), delete: true },
    daily_counts: { select: true, insert: columns('organisation_id day_at what count'), update: columns('count') },
    deployment: { select: columns('deployment_id pace created_at backed_up_at') },
    devices: {
      select: columns('id organisation_id revoked_at look_again_at'),
      update: columns('look_again_at'),
      delete: true,
    },
    disclosures: {
      select: columns('alert_id recipient_id link_id brief shredded_at brief_key_id opened_at'),
      insert: columns(
        'id organisation_id alert_id recipient_kind recipient_id link_id proof_hash minimum brief expires_at brief_key_id',
      ),
      update: columns('minimum brief shredded_at brief_key_id'),
      delete: true,
    },
    feedback: { select: columns('ctid id organisation_id sealed on_day'), update: columns('id'), delete: true },
    feedback_copies: {
      select: columns('feedback_id supporter_id key_id sealed'),
      insert: columns('feedback_id supporter_id organisation_id key_id sealed'),
      update: columns('key_id sealed'),
    },
    going_live: {
      select: true,
      insert: columns('carrier_hash simulated'),
      update: columns('carrier_hash simulated live_since_at'),
    },
    heartbeats: {
      select: true,
      insert: columns('process_id last_sweep_at wake_ups skew_ms'),
      update: columns('last_sweep_at wake_ups skew_ms'),
      delete: true,
    },
    inbound: {
      select: true,
      insert: columns('carrier_sid organisation_id sealed due_at'),
      update: columns('sealed due_at failures outcome done_at'),
      delete: true,
    },
    incidents: { select: columns('ctid closed_at'), update: columns('id'), delete: true },
    invitations: { select: columns('ctid created_at'), update: columns('id'), delete: true },
    journal: {
      select: true,
      insert: columns('organisation_id at kind session_id alert_id actor_kind actor_id detail'),
      update: columns('chain_position chain_hash'),
      delete: true,
    },
    key_uses: {
      select: true,
      insert: columns('process_id service keys seen_at'),
      update: columns('keys seen_at'),
      delete: true,
    },
    journal_chains: {
      select: true,
      insert: columns(
        'alert_id organisation_id removed_at reason raised_at disclosed_at owned_at closed_at outcome closed_by_kind naloxone due_at told_first_at called_999_at there_at',
      ),
      update: columns(
        'length head removed_at reason raised_at disclosed_at owned_at closed_at outcome closed_by_kind naloxone due_at told_first_at called_999_at there_at',
      ),
      delete: true,
    },
    ladders: { select: columns('id steps') },
    messages: {
      select: true,
      insert: columns(
        'id organisation_id session_id alert_id step_id recipient_kind recipient_id channel template detail language destination number_hash priority dedupe_key due_at',
      ),
      update: columns(
        'template detail status due_at fence attempts resent polled carrier_sid error_code first_attempt_at accepted_at carrier_copy_gone_at delivered_at',
      ),
      delete: true,
    },
    organisations: { select: true },
    passkey_challenges: { select: columns('ctid expires_at'), update: columns('id'), delete: true },
    passkeys: { select: columns('id supporter_id organisation_id public_key created_at revoked_at') },
    phones: {
      select: true,
      insert: columns('organisation_id number_hash'),
      update: columns('stopped_at bad_code invited_at helped_at look_again_at'),
      delete: true,
    },
    push_subscriptions: { select: true, delete: true },

    plan_openings: {
      select: true,
      update: columns('due_at opened_at refused_code sealed readable_until_at'),
    },
    rescue_plans: {
      select: true,
      update: columns(
        'sealed good_sealed good_version sealed_own_number own_number_hash own_destination text_address plan_check plan_check_code own_check own_check_code missing check_due_at deleted_at site_id site_version used_at',
      ),
      delete: true,
    },
    rescuers: {
      select: true,
      update: columns(
        'destination number_hash consent number_check number_check_code check_due_at invite_due_at invited_at answered_at removed_at',
      ),
      delete: true,
    },
    restores: { select: true, update: columns('held_before_at held_until_at') },
    retention_rounds: {
      select: true,
      insert: columns('what last_at last_removed_at removed'),
      update: columns('last_at last_removed_at removed'),
    },
    rota_exceptions: { select: true, update: columns('id'), delete: true },
    rota_looks: { select: true, update: columns('due_at') },
    rota_patterns: { select: true },
    rota_swaps: { select: true, update: columns('id'), delete: true },
    sessions: {
      select: true,
      insert: columns(
        'id organisation_id device_id plan_id kind company state version rhythm prompts started_at anchor_at deadline_at alert_at due_at last_press_at raised quiet end_code ends_at after_session_id synthetic language',
      ),
      update: columns(
        'state version rhythm anchor_at deadline_at alert_at due_at last_press_at raised quiet quiet_version prompt_kind prompt_at outcome closed_at after_session_id',
      ),
      delete: true,
    },
    sites: { select: columns('id ladder_id retired_at') },
    staffing_gaps: {
      select: true,
      insert: columns('id organisation_id kind shift_id supporter_id people floor starts_at ends_at found_at'),
      update: columns('people floor starts_at ends_at told_at over_at'),
      delete: true,
    },
    steps: {
      select: true,
      insert: columns('id organisation_id session_id alert_id kind position spec due_at status outcome done_at'),
      update: columns('due_at status outcome done_at failures'),
      delete: true,
    },
    supporters: {
      select: true,
      update: columns(
        'destination number_hash number_check number_check_code check_due_at number_asked_at number_answer number_answered_by number_answered_at number_answer_hash',
      ),
    },
    sweep_minutes: { select: true, insert: columns('minute_at found'), update: columns('found'), delete: true },
    synthetic_alerts: { select: true, update: columns('next_due_at') },
    synthetic_runs: {
      select: true,
      insert: columns('id organisation_id asked_by session_id started_at due_at miss_due_at outcome reason closed_at'),
      update: columns(
        'outcome reason raised_at sent_at accepted_at delivered_at replied_at claimed_at closed_at paged_at not_paged',
      ),
      delete: true,
    },
  },
}

const everybody = ['acting_for', 'clock']

/** Functions that look past the policies, each narrow: see the migration that makes them. */
const functions: Readonly<Record<ServiceRole, readonly string[]>> = {
  api: [
    'credential_by_token',
    'device_by_token',
    'organisation_called',
    'organisation_of_attempt',
    'organisation_of_challenge',
    'organisation_of_forget_code',
    'organisation_of_invitation',
    'organisation_of_link',
    'plan_id_taken',
    'rescuer_id_taken',
    'revoke_token',
    'some_alert_is_silent',
  ],
  gateway: [
    'credential_by_token',
    'device_by_token',
    'revoke_token',
    'running_sessions',
    'session_versions',
    'valid_credentials',
  ],
  worker: ['due_since', 'session_versions', 'some_alert_is_silent'],
}

/** What this service may call in the schema `app`. */
export const functionsFor = (role: ServiceRole): readonly string[] => [...everybody, ...functions[role]]
