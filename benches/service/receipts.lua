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

function request()
  local line = lines()
  if line == nil then
    wrk.thread:stop()
    line = "{}"
  end
  return wrk.format(nil, nil, nil, line)
end
