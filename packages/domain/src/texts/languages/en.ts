/*
 * Every sentence the service says by text or on a call, in English. Reading age 9 to 11. The rules that hold for all of
 * them (one segment, no word the carrier keeps, no service name, no promise) are tests: `../render-text.test.ts`.
 */
export const english = {
  // An alert, to a rescuer
  'alert-first.missed': 'SAFETY ALERT {code}. The person who chose you has missed a check-in and may need help NOW.',
  'alert-first.help': 'SAFETY ALERT {code}. The person who chose you has asked for help NOW.',
  'alert-first.raised': 'SAFETY ALERT {code}. The person who chose you may need help NOW.',
  'address-follows': 'Address follows.',
  'supporter-acting': 'A supporter is also acting.',
  'others-going': 'Others going: {othersGoing}.',
  'reply-going-full': 'Reply 1 = I am going, 2 = I cannot.',
  'reply-going': 'Reply 1 = going, 2 = cannot.',
  'repeat.no-one': '{code} AGAIN: no one has said they are going.',
  'repeat.open': '{code} AGAIN: this alert is still open.',
  'where.link': '{code} What to do now: {link}',
  'where.address': '{code} Address: {address}.',
  'where.entry': 'Way in: {entry}.',
  'where.link-last': 'What to do: {link}',
  'generic.first':
    'SAFETY ALERT {code}. Someone who chose you may need help NOW. We cannot show their address. If you know where they are, go or ring.',
  'generic.short': 'SAFETY ALERT {code}. Someone who chose you may need help NOW. We cannot show their address.',
  'ring-999': 'If they will not wake, ring 999.',

  // An alert, to a supporter
  'supporter-first.missed': 'SAFETY ALERT {code}. A person has missed a check-in and may need help NOW.',
  'supporter-first.help': 'SAFETY ALERT {code}. A person has asked for help NOW.',
  'supporter-first.raised': 'SAFETY ALERT {code}. A person may need help NOW.',
  'reply-take': 'Reply 1 = I take it, 2 = I cannot.',
  'open-console': 'Open your console.',
  'repeat.supporter': '{code} AGAIN: no one has taken this alert.',
  'handed-over': '{code} This alert has been handed to you.',
  'stand-down':
    '{code} Thank you. Others are with them now; you do not need to go. Reply 1 if you are going all the same.',
  'post-rescue':
    '{code} If you can, stay with them for two hours. What woke them wears off. We keep asking them; we will text you if they do not answer.',
  'supporter-owns': '{code} Another supporter has this alert now. Thank you. We will text you if it needs you again.',
  bundle: 'SAFETY ALERT {codes}: {count} may need help NOW. Open your console.',
  'bundle.again': 'SAFETY ALERT {codes} AGAIN: no one has taken {count}. Open your console.',

  // To a supporter's phone while no alert is open
  'contact-ask':
    'Alerts for the team of {host} will come to this phone. Reply 1 if this is right, 2 if it is not your phone.',
  'contact-confirmed': 'Thank you. Alerts for the team will come to this phone.',
  'contact-denied': 'Thank you for telling us. No alerts will come to this phone. If it is right after all, reply 1.',

  // Answers to a reply about an alert
  'claim.rescuer': '{code} Thank you. You are going.',
  'claim.supporter': '{code} Thank you. You have this alert. Open your console now.',
  'reply-on-the-way': 'Reply 4 = I am there, 5 = spoken to, safe, 2 = I can no longer go.',
  'reply-on-the-way-short': 'Reply 4 = there, 5 = spoken to, safe, 2 = cannot.',
  'going-noted': '{code} Thank you. We have noted that you are going.',
  'someone-coordinates': 'Someone else coordinates.',
  'cannot-noted': '{code} Thank you for telling us. If that changes, reply 1 = going.',
  'there-noted': '{code} Thank you. You are there.',
  'reply-safe': 'Reply 5 = spoken to, safe.',
  'safe-noted-closed': '{code} ALL CLEAR. Thank you for telling us that they are safe. This alert is closed.',
  'safe-reported': '{code} Thank you. We have passed on that they are safe. We will text you when it is over.',
  'safe-told-owner': '{code} Someone who was told says: spoken to, safe. If you agree, reply 5.',
  'already-claimed.supporter': '{code} A supporter took this alert at {time}. Thank you for answering.',
  'already-claimed.rescuer': '{code} Another rescuer took this alert at {time}. Thank you for answering.',
  'already-going.supporter':
    '{code} Thank you. We have noted that you are going. A supporter coordinates since {time}.',
  'already-going.rescuer': '{code} Thank you. We have noted that you are going. Another rescuer took this at {time}.',
  'late-reply': '{code} This alert is over. You do not need to do anything. Thank you.',
  'which-alert': '{codes}: which alert? Put its code before your digit, like {first} 1.',

  // Duty, and the way to the all-clear
  'request-all-clear':
    '{code} The person has said they are OK. Until it is confirmed, keep going. If you have spoken to them and they are safe, reply 5.',
  'all-clear.answered': '{code} ALL CLEAR. The person is safe and has answered. You do not need to go. Thank you.',
  'all-clear.spoken-to':
    '{code} ALL CLEAR. Someone has spoken to the person and they are safe. You do not need to go. Thank you.',
  'all-clear.helped': '{code} ALL CLEAR. Help is with the person. You do not need to go. Thank you.',
  'all-clear.closed': '{code} ALL CLEAR. This alert is closed. You do not need to go. Thank you.',

  // To a rescuer while no alert is open
  'invitation.ask': 'Someone you know asks: may we text you if they need help?',
  'invitation.word': 'Their word: {word}.',
  'invitation.limits': 'See {host} first. We are not 999.',
  'invitation.reply': 'Reply 1 = I agree, 2 = no, 9 = leave.',
  'invitation.ask-short': 'Someone asks: may we text you if they need help?',
  'invitation.ask-shortest': 'Someone asks: may we text if they need help?',
  'invitation.word-short': 'Word: {word}.',
  'invitation.limits-short': 'See {host}. Not 999.',
  'invitation.reply-short': 'Reply 1 = agree, 2 = no, 9 = leave.',
  'agreed-noted':
    'Thank you. You are on the list. If they need help we will text or ring you. Reply 9 at any time to leave.',
  'declined-noted': 'Thank you for answering. We will not text you about this again.',
  'left-noted': 'Thank you. You have left the list and will get no more texts about it.',
  'left-noted.in-alert': '{code} Thank you. You have left the list and will get no more texts about it.',
  rehearsal:
    'TEST only: no one needs help now. In a real alert you would reply 1 if you could go. Reply 1 to show that this works.',
  'rehearsal-noted': 'TEST noted. It works. Thank you.',
  'rehearsal-own':
    'TEST only: no one needs help now. When we ask if you are OK, it comes from this number. Reply 0 to show that this works.',
  'unknown-phone':
    'We do not know this phone, so this counts for no alert. Please use the phone that got our text, or open its link. In an emergency ring 999.',
  'not-understood':
    'Sorry, we could not read that. Please reply with one digit from our last text. In an emergency ring 999.',

  // To the person's own phone
  'session-start': "Reply 0 = I'm OK, 3 and {endCode} = finish, 7 = help. Keep this text.",
  'prompt-own':
    "Are you OK? Reply 0 = I'm OK, 7 = help now. With no answer we tell the people you chose in {duration}.",
  'prompt-own.now': "Are you OK? Reply 0 = I'm OK, 7 = help now. With no answer we tell the people you chose at once.",
  'check-in-noted': 'Thank you. Noted.',
  'check-in-noted.next': 'Thank you. Next check-in in {duration}.',
  'end-noted': 'Finished. We are no longer watching. Take care.',
  'end-code-wrong':
    'That was not the right code. We are still watching. To finish, reply 3 and the three digits from our first text.',
  'help-noted': '{code} We are telling the people you chose now. Please keep your phone near.',
  'alert-raised-own': '{code} We are telling the people you chose. If you are OK, reply 0.',
  'all-clear-requested': '{code} Thank you. We are asking someone to confirm. Please answer your phone if it rings.',
  'plan-warning': 'Someone on your list is no longer there. Please check your list.',

  // To the operator's pager
  'pager-unowned': 'OPERATOR: {count} alerts open that no one has, longest {duration}. Open the board.',
  'pager-unowned.one': 'OPERATOR: {count} alert open that no one has, for {duration}. Open the board.',
  'pager-nobody': '{code} OPERATOR: this alert has nobody to tell. NOBODY has been told. Act now.',
  'pager-engine': 'OPERATOR: the engine does not answer. Alerts may be late. Act now.',
  'pager-restored':
    'OPERATOR: a backup was restored. {count} old deadlines become alerts in a minute, unless you close them. Act now.',
  'pager-silent': '{code} OPERATOR: an alert did not climb in time. It was pushed on. Look at it NOW.',
  'pager-abandoning':
    '{code} OPERATOR: no one has closed this alert for days. In an hour it is closed by rule. Act now.',
  'pager-carrier': 'OPERATOR: the carrier does not take our texts. Alerts may not go out. Act now.',
  'pager-clock': 'OPERATOR: a clock has jumped. We have put it right. Please look.',
  'pager-synthetic':
    'OPERATOR: a test of the alarm path did not come back. Alerts may not work. Open the board, act now.',
  'pager-opening':
    'OPERATOR: two operators opened a plan outside an alert. If that was not meant to be, open the console and act now.',
  'pager-plan': '{code} OPERATOR: a plan could not be opened. People were told without the address. Act now.',
  'pager-keys':
    'OPERATOR: of the plans and numbers tried today, {count} do not open with our keys. Alerts may fail. Act now.',

  // Before every text of a test
  'mark.test': 'TEST. No one needs help.',
  // To a duty lead, or to the pager where there is none
  'rota-hole': 'ROTA: from {when} only {people} of {floor} people. Please find someone and open the rota.',
  'floor-missed': 'ROTA: only {people} of {floor} people are on shift now. Please find someone.',

  // On a call
  'call.alert-rescuer': 'This is a safety call. Alert {code}. The person who chose you may need help now.',
  'call.alert-rescuer.menu': 'If you are going, press 1. If you cannot, press 2.',
  'call.alert-supporter': 'This is a safety call. Alert {code}. A person may need help now.',
  'call.alert-supporter.menu': 'If you take it, press 1. If you cannot, press 2.',
  'call.pager': 'This is the safety service, for its operator. Somebody must act now. Our text and the board say why.',
  'call.pager.menu': 'Open the board now.',
  'call.prompt-own': 'Hello. This is your check.',
  'call.prompt-own.menu': 'If you are OK, press {digit}. For help now, press 7.',
  'call.rehearsal-own': 'Hello. This is a TEST call. No one needs help now.',
  'call.rehearsal-own.menu': 'To show that this works, press {digit}.',
  'call.going-noted': 'Thank you. You are going. If they will not wake, ring 9 9 9.',
  'call.taken-noted': 'Thank you. You have this alert. Open your console now.',
  'call.already-taken': 'Thank you. Someone else has had this alert since {time}. You do not need to do anything.',
  'call.over-noted': 'This alert is over. You do not need to do anything. Thank you.',
  'call.cannot-noted': 'Thank you for telling us. Goodbye.',
  'call.ok-noted': 'Thank you. Goodbye.',
  'call.help-noted': 'We are telling the people you chose now.',
  'call.test-noted': 'TEST noted. It works. Thank you.',
  'call.no-digit': 'We have not heard a digit. Goodbye.',

  // Units
  'unit.seconds': '{n} s',
  'unit.minutes': '{n} min',
} as const
