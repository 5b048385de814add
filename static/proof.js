/* Recomputes a trail in the browser: digests, hashes and their chain, as appeals/trail.py writes them. */
(function () {
  "use strict";

  var BEGINNING = "0".repeat(64);
  var root = document.querySelector("[data-proof]");
  if (!root) return;
  var number = root.dataset.number, hashes = {}, last = 0;

  function part(name) { return root.querySelector("[data-proof-" + name + "]"); }

  /* Python sorts keys by code points; JavaScript alone would by UTF-16 units. */
  function byCodePoints(left, right) {
    var a = Array.from(left), b = Array.from(right), i = 0;
    while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
    if (i === a.length || i === b.length) return a.length - b.length;
    return a[i].codePointAt(0) - b[i].codePointAt(0);
  }

  /* json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")) */
  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort(byCodePoints).map(function (key) {
      return JSON.stringify(key) + ":" + canonical(value[key]);
    }).join(",") + "}";
  }

  function sha256(text) {
    return window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)).then(function (buffer) {
      return Array.from(new Uint8Array(buffer), function (byte) {
        return byte.toString(16).padStart(2, "0");
      }).join("");
    });
  }

  function hashOf(line) {
    return sha256(canonical({
      number: number, seq: line.seq, verb: line.verb, level: line.level, actor_id: line.actor_id, at: line.at,
      facts: line.facts, public_digest: line.public_digest, internal_digest: line.internal_digest,
      prev_hash: line.prev_hash
    }));
  }

  /* What is wrong with a line, or "". Words that are withheld or erased have no salt: their digest suffices. */
  function judge(line, before) {
    if (line.seq !== before.seq + 1) return Promise.resolve("中间少了一条");
    if (line.prev_hash !== before.hash) return Promise.resolve("和上一条接不上");
    // Who did it is withheld from this reader: the hash stands for what only the anchor and the committee recompute.
    return (line.withheld ? Promise.resolve(line.hash) : hashOf(line)).then(function (computed) {
      if (computed !== line.hash) return "内容和校验码不符";
      if (!line.public_salt || line.text === null) return "";
      return sha256(line.public_salt + line.text).then(function (digest) {
        return digest === line.public_digest ? "" : "文字和校验码不符";
      });
    });
  }

  function mark(place, right) {
    place.textContent = right ? "✓ 相符" : "✗ 不符";
    place.classList.add(right ? "is-right" : "is-wrong");
  }

  function draw(line, wrong, words) {
    var item = document.createElement("li"), sign = document.createElement("span");
    var said = document.createElement("span");
    sign.className = "proof-mark";
    mark(sign, !wrong);
    said.textContent = "第 " + line.seq + " 条 " + (words[line.verb] || line.verb) + (wrong ? "：" + wrong : line.withheld ? "（保密，只核对前后相接）"
      : line.erased ? "（文字已按规定清除，校验码还在）" : "");
    item.append(sign, said);
    part("lines").append(item);
  }

  function say(title, detail, kind) {
    part("result").textContent = title;
    part("detail").textContent = detail;
    root.dataset.state = kind;
  }

  function follow(lines, words) {
    var progress = part("progress"), before = {seq: 0, hash: BEGINNING}, firstWrong = null;
    progress.max = lines.length;
    return lines.reduce(function (chain, line, index) {
      return chain.then(function () { return judge(line, before); }).then(function (wrong) {
        draw(line, wrong, words);
        progress.value = index + 1;
        if (wrong && !firstWrong) firstWrong = {seq: line.seq, wrong: wrong};
        if (!firstWrong) hashes[line.seq] = line.hash;
        before = line;
      });
    }, Promise.resolve()).then(function () {
      if (!lines.length) return say("没有记录", "这一件应当有记录。", "wrong");
      last = before.seq;
      if (firstWrong) {
        return say("第 " + firstWrong.seq + " 条对不上", firstWrong.wrong + "。请告诉市行业党委。", "wrong");
      }
      var withheld = lines.filter(function (line) { return line.withheld; }).length;
      say(
        withheld ? "前后相接" : "全部相符", "共 " + lines.length + " 条，一条扣一条" + (withheld
          ? "；其中保密的 " + withheld + " 条，本人和市行业党委才能全部核对。" : "，没有被改过。"), "right"
      );
      part("head").textContent = number + " " + last + " " + hashes[last];
      part("head").hidden = false;
    });
  }

  function compareSeals() {
    root.querySelectorAll("[data-seal-seq]").forEach(function (row) {
      mark(row.querySelector("[data-mark]"), hashes[row.dataset.sealSeq] === row.dataset.sealHash);
    });
  }

  function compared(text) {
    var found = /^\s*(\S+)\s+(\d+)\s+([0-9a-f]{64})\s*$/i.exec(text);
    if (!found) return "看不出是回执。请把三样一起贴进来：编号、第几条、校验码。";
    if (found[1] !== number) return "✗ 这是另一件的回执：" + found[1] + "。";
    if (Number(found[2]) > last) return "✗ 回执到第 " + found[2] + " 条，现在只有 " + last + " 条：后面的被删了。";
    if (hashes[Number(found[2])] !== found[3].toLowerCase()) return "✗ 第 " + found[2] + " 条和回执不符：被改过，或者回执没有贴全。";
    return "✓ 和回执相符：第 " + found[2] + " 条和它以前的都没有被改过。";
  }

  part("form").addEventListener("submit", function (event) {
    event.preventDefault();
    var said = root.dataset.state ? compared(document.getElementById("pasted").value) : "还在核对，请等一下。";
    part("compared").textContent = said;
    part("compared").classList.toggle("is-right", said[0] === "✓");
    part("compared").classList.toggle("is-wrong", said[0] === "✗");
  });

  if (!window.crypto || !window.crypto.subtle) {
    say("这里不能核对", "浏览器只在 https 的地址上提供校验，请用 https 打开，或者在电脑上核对。", "");
    return;
  }
  say("正在核对", "一条一条地算，请等一下。", "");
  window.fetch(root.dataset.proof, {headers: {Accept: "application/json"}, credentials: "same-origin"})
    .then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    })
    .then(function (trail) { return follow(trail.results, JSON.parse(document.getElementById("verb-words").textContent)); })
    .then(compareSeals)
    .catch(function () { say("没有核对成", "记录没有取到，请检查网络以后刷新。", ""); });
})();
