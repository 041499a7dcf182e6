// Popup menus and dialogs: arrow keys inside, Escape closes, focus goes back to where it came from.

import {find} from './dom.js';

let shown = null; // {menu, opener}

export function closeMenu(back) {
    if (!shown) return;
    const {menu, opener} = shown;
    shown = null;
    menu.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (back) opener.focus();
}

const itemsOf = menu => Array.from(menu.querySelectorAll('[role=menuitem]:not([hidden])'));

export function openMenu(menu, opener) {
    const again = shown && shown.menu === menu && shown.opener === opener;
    closeMenu(again);
    if (again) return;
    shown = {menu, opener};
    menu.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    const first = itemsOf(menu)[0];
    if (first) first.focus();
}

function keyInMenu(event) {
    const items = itemsOf(shown.menu), at = items.indexOf(document.activeElement), last = items.length - 1;
    const places = {ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last};
    if (event.key === 'Tab') closeMenu(true);
    if (event.key !== 'Escape' && !(event.key in places)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') closeMenu(true);
    else items[places[event.key]].focus();
}

export function listenMenus() {
    document.addEventListener('keydown', event => { if (shown) keyInMenu(event); }, true);
    document.addEventListener('click', event => {
        if (!shown || shown.opener.contains(event.target)) return;
        if (!shown.menu.contains(event.target)) closeMenu(false);
        else if (event.target.closest('[role=menuitem]')) closeMenu(true); // before the item does its own
    }, true);
    for (const cancel of document.querySelectorAll('dialog .cancel')) {
        cancel.addEventListener('click', () => cancel.closest('dialog').close());
    }
}

// Arrow keys among the elements of a row: only one of them is reached with Tab.
export function arrowKeys(box, selector) {
    box.addEventListener('keydown', event => {
        const items = Array.from(box.querySelectorAll(selector)), at = items.indexOf(document.activeElement);
        const places = {ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: items.length - 1};
        if (at < 0 || !(event.key in places)) return;
        event.preventDefault();
        items[(places[event.key] + items.length) % items.length].focus();
    });
}

// The form of the dialog when it ends with OK, else null.
export function runDialog(name, prepare) {
    const dialog = find(name), form = dialog.querySelector('form');
    form.reset();
    prepare(form);
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise(done => {
        dialog.addEventListener('close', () => done(dialog.returnValue === 'ok' ? form : null), {once: true});
    });
}

export function showAlert(text) {
    find('alert-text').textContent = text;
    find('alert-dialog').showModal();
}
