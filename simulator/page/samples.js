// Things to attach that need no file: a photo that is drawn, a text document, and what the simulator makes up.

import {t} from './texts.js';

const WIDTH = 960, HEIGHT = 720;
const PAPERS = [['#f4c95d', '#dd7e5f'], ['#7fb7be', '#3a6f8f'], ['#a3c585', '#4f7a5b']];

// A printer with its light on, in one of three colourings.
function draw(context, number) {
    const [top, bottom] = PAPERS[number % PAPERS.length];
    const wall = context.createLinearGradient(0, 0, 0, HEIGHT);
    wall.addColorStop(0, top);
    wall.addColorStop(1, bottom);
    const boxes = [
        [wall, 0, 0, WIDTH, HEIGHT, 0], ['#00000026', 150, 560, 660, 60, 30], ['#fdfdfb', 330, 110, 300, 220, 8],
        ['#3b4350', 190, 290, 580, 250, 28], ['#2a303a', 250, 400, 460, 40, 12], ['#fdfdfb', 300, 420, 360, 190, 6],
        ['#ff5a4f', 680, 325, 44, 24, 12], ['#5b6675', 230, 325, 120, 24, 12],
    ];
    for (const [colour, x, y, width, height, radius] of boxes) {
        context.fillStyle = colour;
        context.beginPath();
        context.roundRect(x, y, width, height, radius);
        context.fill();
    }
    context.fillStyle = '#b6bcc6';
    for (let line = 0; line < 5; line++) context.fillRect(336, 460 + line * 26, line === 4 ? 150 : 288, 8);
}

export function samplePhoto(number = 0) {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    draw(canvas.getContext('2d'), number);
    return new Promise(done => canvas.toBlob(blob => {
        done(new File([blob], `printer-${number + 1}.jpg`, {type: 'image/jpeg'}));
    }, 'image/jpeg', 0.85));
}

export function sampleDocument() {
    return new File([t('sample_document_text')], t('sample_document'), {type: 'text/plain'});
}

// What /sim/send takes for the kinds that the simulator makes up itself.
export function sampleContent(kind) {
    if (kind === 'contact') return {contact: {phone_number: '+380671234567', first_name: t('sample_contact'), user_id: 777000}};
    return {[kind]: true};
}
