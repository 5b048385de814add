/* What a script adds to pages that work without it: one submit per form, drafts, counters, sheets by keyboard. */
(function () {
  "use strict";

  /* ---- One submit: a second click must not send the form twice ---- */
  function buttons(form) {
    return Array.from(form.elements).filter(function (part) { return part.type === "submit"; });
  }

  /* Photos on a bad line take a while: the button says so, else it is pressed again or the page left. */
  function sending(button) {
    if (!button || !button.lastChild) return;
    button.dataset.words = button.lastChild.textContent;
    button.lastChild.textContent = "正在发送 …";
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.matches("[data-forget-drafts]")) forgetDrafts();
    form.dataset.sent = "";
    if (form.enctype === "multipart/form-data") sending(event.submitter || buttons(form).pop());
    // Later than now: a disabled button would not send its own name and value.
    setTimeout(function () {
      buttons(form).forEach(function (button) { button.disabled = true; });
    });
  });

  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form").forEach(function (form) {
      delete form.dataset.sent;
      buttons(form).forEach(function (button) {
        button.disabled = false;
        if (button.dataset.words) button.lastChild.textContent = button.dataset.words;
      });
    });
  });

  // What is on its way needs no hints any more: they would come too late, or be refused after the answer is given.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.closest("form[data-sent]")) event.preventDefault();
  });

  /* ---- Drafts of [data-draft] forms, under a key that names the person and the form ---- */
  var PREFIX = "portal-draft:", SKIP = ["hidden", "password", "file", "submit", "button"];

  function stored(action) { // private windows and full disks refuse storage; the form works on
    try { return action(window.localStorage); } catch (refused) { return null; }
  }

  function parts(form) {
    return Array.from(form.elements).filter(function (part) {
      return part.name && SKIP.indexOf(part.type) < 0;
    });
  }

  function isTick(part) { return part.type === "radio" || part.type === "checkbox"; }

  function collect(form) {
    var kept = {};
    parts(form).forEach(function (part) {
      if (isTick(part) && !part.checked) return;
      if (part.value) (kept[part.name] = kept[part.name] || []).push(part.value);
    });
    return kept;
  }

  /* The server's own answer wins: a field that came back filled is left alone. */
  function restore(form, kept) {
    var filled = collect(form);
    parts(form).forEach(function (part) {
      var values = kept[part.name];
      if (!values || filled[part.name]) return;
      if (isTick(part)) part.checked = values.indexOf(part.value) >= 0;
      else part.value = values[0];
    });
  }

  function showSaved(form) {
    var now = new Date(), two = function (n) { return String(n).padStart(2, "0"); };
    var clock = two(now.getHours()) + ":" + two(now.getMinutes());
    var phone = document.body.classList.contains("phone");
    form.querySelectorAll("[data-draft-state]").forEach(function (place) {
      place.textContent = phone ? "草稿已存在手机里 " + clock : "草稿 " + clock + " 已存";
    });
  }

  function forgetDrafts() {
    stored(function (storage) {
      Object.keys(storage).filter(function (key) { return key.indexOf(PREFIX) === 0; })
        .forEach(function (key) { storage.removeItem(key); });
    });
  }

  function save(form) {
    var saved = stored(function (storage) {
      storage.setItem(PREFIX + form.dataset.draft, JSON.stringify(collect(form)));
      return true;
    });
    if (saved) showSaved(form);
  }

  function keepDraft(form) {
    var waiting;
    var kept = stored(function (storage) { return JSON.parse(storage.getItem(PREFIX + form.dataset.draft)); });
    if (kept) restore(form, kept);
    function saveNow() {
      clearTimeout(waiting);
      waiting = 0;
      save(form);
    }
    form.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(saveNow, 400);
    });
    window.addEventListener("pagehide", function () { if (waiting) saveNow(); });
    form.addEventListener("submit", function (event) {
      saveNow();
      if (navigator.onLine) return;
      event.preventDefault();
      form.querySelectorAll("[data-draft-state]").forEach(function (place) {
        place.textContent = "现在没有网络，草稿存在手机里，连上后再提交。";
      });
    });
  }

  /* ---- Counters: data-count names the place for “58 / 2000 字” ---- */
  function count(field) {
    var place = document.getElementById(field.dataset.count);
    if (!place) return;
    var length = Array.from(field.value).length;
    place.textContent = length + (field.maxLength > 0 ? " / " + field.maxLength : "") + " 字";
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-count]")) count(event.target);
  });

  /* ---- What was wrong with a field is no longer said once it is filled anew; the server judges again ---- */
  document.addEventListener("input", function (event) {
    var field = event.target.closest(".field"), error = field && field.querySelector(".error-text");
    if (!error || error.hidden) return;
    error.hidden = true;
    field.querySelectorAll("[aria-invalid]").forEach(function (part) {
      part.removeAttribute("aria-invalid");
      part.classList.remove("is-wrong");
    });
  });

  /* ---- Show what is typed into a password: data-shows names the field ---- */
  document.querySelectorAll("[data-shows]").forEach(function (button) {
    button.hidden = false; // without a script it could do nothing
    button.addEventListener("click", function () {
      var field = document.getElementById(button.dataset.shows), shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
      field.focus();
    });
  });

  /* ---- Copy: data-copies holds the text; the button says that it is done ---- */
  document.querySelectorAll("[data-copies]").forEach(function (button) {
    if (!navigator.clipboard) return; // outside a secure context there is none, and the button stays away
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copies).then(function () {
        button.querySelector("span").textContent = "已复制";
      });
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* ---- Photos: shrunk here before they are sent, so that a bad line at night carries them. data-photos: how many ---- */
  var SIDE = 1920, SMALL = 400 * 1024, TAKEN = ["image/jpeg", "image/png", "image/webp"];

  function mayChangeFiles() { // an old browser sends what was chosen, and the server does it all
    try { return Boolean(new DataTransfer().items && window.createImageBitmap); } catch (refused) { return false; }
  }

  function draw(bitmap, side) {
    var scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height)), canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    var context = canvas.getContext("2d");
    context.fillStyle = "#fff"; // what is transparent would turn black in a JPEG
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function asJpeg(canvas, file) {
    return new Promise(function (done) {
      canvas.toBlob(function (blob) {
        if (!blob || (blob.size >= file.size && TAKEN.indexOf(file.type) >= 0)) return done(file);
        done(new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", {type: "image/jpeg"}));
      }, "image/jpeg", 0.85);
    });
  }

  /* A PDF, and a picture that this browser cannot read, stay as they are: the server says what it thinks of them. */
  function shrink(file) {
    if (file.type === "application/pdf") return Promise.resolve({file: file});
    return createImageBitmap(file).then(function (bitmap) {
      var small = Math.max(bitmap.width, bitmap.height) <= SIDE && file.size <= SMALL && TAKEN.indexOf(file.type) >= 0;
      var preview = draw(bitmap, 160);
      return (small ? Promise.resolve(file) : asJpeg(draw(bitmap, SIDE), file)).then(function (made) {
        bitmap.close();
        return {file: made, preview: preview};
      });
    }).catch(function () { return {file: file}; });
  }

  function photos(input) {
    var field = input.closest("[data-photos-field]"), list = field.querySelector("[data-photos-chosen]");
    var state = field.querySelector("[data-photos-state]"), most = Number(input.dataset.photos);
    var tile = field.querySelector("[data-photos-tile]"), chosen = [], busy = false, waits = false;

    // The browser's own button says “Choose Files” in its own language; without a script it is all there is.
    tile.hidden = false;
    input.classList.add("visually-hidden");
    input.tabIndex = -1;
    tile.addEventListener("click", function () { input.click(); });

    function say(extra) {
      var bytes = chosen.reduce(function (sum, one) { return sum + one.file.size; }, 0);
      var size = bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
      state.textContent = (chosen.length ? "已选 " + chosen.length + " 个，共 " + size + "。" : "") + (extra || "");
    }

    function show() {
      var carried = new DataTransfer();
      chosen.forEach(function (one) { carried.items.add(one.file); });
      input.files = carried.files;
      list.hidden = !chosen.length;
      tile.querySelector("span").textContent = chosen.length ? "再加几个" : "拍照或选文件";
      list.replaceChildren.apply(list, chosen.map(entry));
    }

    function entry(one) {
      var item = document.createElement("li"), button = document.createElement("button");
      var shown = one.preview || document.createElement("span");
      if (one.preview) { shown.setAttribute("role", "img"); shown.setAttribute("aria-label", one.file.name); }
      else { shown.className = "photos-name"; shown.textContent = one.file.name; }
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = "移除";
      button.setAttribute("aria-label", "移除 " + one.file.name);
      button.addEventListener("click", function () {
        chosen.splice(chosen.indexOf(one), 1);
        show();
        say();
        tile.focus();
      });
      item.append(shown, button);
      return item;
    }

    function through(files, no) {
      if (no === files.length) return Promise.resolve();
      state.textContent = "正在缩小照片 " + (no + 1) + "/" + files.length + " …";
      return shrink(files[no]).then(function (one) {
        chosen.push(one);
        return through(files, no + 1);
      });
    }

    input.addEventListener("change", function () {
      var files = Array.from(input.files), room = most - chosen.length;
      busy = true;
      through(files.slice(0, room), 0).then(function () {
        busy = false;
        show();
        say(files.length > room ? "最多 " + most + " 个，多出的没有加上。" : "");
        if (waits) input.form.requestSubmit();
      });
    });

    input.form.addEventListener("submit", function (event) {
      if (!busy) return;
      event.preventDefault();
      waits = true;
      state.textContent = "照片还在缩小，好了就替您提交 …";
    });
  }

  /* ---- A template: its words come after what is typed already. data-fills names the field ---- */
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-fills]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var field = document.getElementById(link.dataset.fills), typed = field.value.trim();
    event.preventDefault();
    field.value = typed ? field.value.trimEnd() + "\n\n" + link.dataset.text : link.dataset.text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
    field.focus();
  });

  /* ---- How many rows of the list are ticked: data-ticked stands in the form to which the ticks belong ---- */
  function tell(place) {
    var ticked = Array.from(place.closest("form").elements).filter(function (part) { return part.checked; });
    place.textContent = "已勾 " + ticked.length + " 名";
  }

  function tellAll() { document.querySelectorAll("[data-ticked]").forEach(tell); }

  document.addEventListener("change", tellAll);
  window.addEventListener("pageshow", tellAll); // by then the browser has put back what was ticked

  /* ---- Who will have a new appeal first, by what is ticked beside its words: [data-receiver] says each ---- */
  function nameReceiver() {
    var ways = document.querySelectorAll("[data-receiver]"), form = document.getElementById("appeal");
    if (!ways.length || !form) return;
    var quiet = form.querySelector("[name=confidentiality]:checked");
    var way = form.querySelector("[name=about]:checked") ? "about" : quiet ? quiet.value : "real_name";
    ways.forEach(function (place) { place.hidden = place.dataset.receiver !== way; });
  }

  document.addEventListener("change", nameReceiver);
  window.addEventListener("pageshow", nameReceiver);

  /* ---- Sheets open by :target; the script moves the focus in and lets Escape close; folds open too ---- */
  function openSheet() {
    var sheet = document.querySelector(".sheet:target"), fold = document.querySelector("details:target");
    if (fold) fold.open = true; // a link to a form that is folded wants the form
    if (!sheet) return;
    sheet.tabIndex = -1;
    sheet.focus();
  }

  window.addEventListener("hashchange", openSheet);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && document.querySelector(".sheet:target")) location.hash = "#main";
  });

  /* ---- A form that came back refused: to the first wrong field, or else to the sentence that says why ---- */
  function showRefusal() {
    var error = document.querySelector("main .error-text");
    var place = error || document.querySelector("main [data-rejected]");
    if (!place) return;
    var field = error && error.closest(".field");
    for (var fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    var control = field && field.querySelector("input:not([type=hidden]), select, textarea");
    if (!control) (control = place).tabIndex = -1;
    control.focus({preventScroll: true});
    // A group of tiles may be higher than the window: then its end is shown, where the sentence stands.
    (field && field.offsetHeight < window.innerHeight / 2 ? field : place).scrollIntoView({block: "center"});
  }

  /* ---- Start ---- */
  document.querySelectorAll("[data-draft-clear]").forEach(function (mark) {
    stored(function (storage) { storage.removeItem(PREFIX + mark.dataset.draftClear); });
  });
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll("[data-count]").forEach(count);
  if (mayChangeFiles()) document.querySelectorAll("[data-photos]").forEach(photos);
  openSheet();
  showRefusal();
})();
