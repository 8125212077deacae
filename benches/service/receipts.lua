-- Each request is a receipt that was not sent before.

local files = 0

function setup(thread)
  thread:set("file", os.getenv("RECEIPTS") .. "." .. files)
  files = files + 1
end

function init()
  lines = io.lines(file)
  wrk.method = "POST"
  wrk.path = "/v1/receipts"
  wrk.headers["Content-Type"] = "application/json"
end

-- With a rate (requests a second, over all connections) each connection waits before its next request.
local rate = tonumber(os.getenv("RATE") or "0")
if rate > 0 then
  local each = 1000 * tonumber(os.getenv("CONNECTIONS")) / rate
  function delay()
    return math.random() * 2 * each
  end
end

function request()
  local line = lines()
  if line == nil then
    wrk.thread:stop()
    line = "{}"
  end
  return wrk.format(nil, nil, nil, line)
end
