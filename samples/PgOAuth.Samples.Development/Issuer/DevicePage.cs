using System.Net;
using System.Text;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>The page on which a person approves a device (RFC 8628 section 3.3); a plain POST does the same.</summary>
internal sealed class DevicePage(DeviceAuthorizations devices)
{
    public IssuerResponse Handle(IssuerRequest request)
    {
        var code = request["user_code"];
        if (request.Method == "GET")
        {
            return string.IsNullOrEmpty(code) ? AskForCode(null) : AskForPerson(code);
        }

        if (devices.FindUndecided(code) is not { } authorization)
        {
            return AskForCode("This code is unknown, used or too old.");
        }

        var name = request["person"];
        if (name == "deny")
        {
            return Decide(authorization, null, "Denied.");
        }

        return DevelopmentPerson.Find(name) is { } person
            ? Decide(authorization, person, $"Approved as {person.Subject}.")
            : IssuerResponse.Text(HttpStatusCode.BadRequest, "There is no such person.");
    }

    private static IssuerResponse AskForCode(string? problem)
    {
        var body = new StringBuilder();
        if (problem is not null)
        {
            body.Append("<p><strong>").Append(problem).Append("</strong></p>");
        }

        body.Append("<form><label>Code shown by your program: <input name=\"user_code\" autofocus autocomplete=\"off\"></label> <button>Next</button></form>");
        return Page(body.ToString(), problem is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
    }

    private IssuerResponse AskForPerson(string code)
    {
        if (devices.FindUndecided(code) is not { } authorization)
        {
            return AskForCode("This code is unknown, used or too old.");
        }

        var scopes = authorization.Scopes.Count == 0 ? "whatever you have" : string.Join(' ', authorization.Scopes);
        var body = new StringBuilder(
            $"""
             <p><code>{Encode(authorization.ClientId)}</code> asks for <code>{Encode(scopes)}</code>. Approve only if it shows the code
             <code>{authorization.UserCode}</code>.</p>
             <form method="post"><input type="hidden" name="user_code" value="{authorization.UserCode}">
             """);
        foreach (var person in DevelopmentPerson.All)
        {
            var groups = person.Groups.Count == 0 ? "no group" : string.Join(", ", person.Groups);
            var rights = person.Scopes.Count == 0 ? "no scope" : string.Join(' ', person.Scopes);
            body.Append($"<p><button name=\"person\" value=\"{Encode(person.Subject)}\">I am {Encode(person.Subject)}</button> {Encode(groups)}; {Encode(rights)}</p>");
        }

        body.Append("<p><button name=\"person\" value=\"deny\">Deny</button></p></form>");
        return Page(body.ToString());
    }

    private IssuerResponse Decide(DeviceAuthorization authorization, DevelopmentPerson? person, string said)
    {
        return devices.Decide(authorization, person)
            ? Page($"<p><strong>{Encode(said)}</strong> You can close this page.</p>")
            : AskForCode("This code is unknown, used or too old.");
    }

    private static string Encode(string text)
    {
        return WebUtility.HtmlEncode(text);
    }

    private static IssuerResponse Page(string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        return IssuerResponse.Html(
            $$"""
              <!doctype html>
              <html lang="en">
              <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Development issuer</title>
              <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } button { font: inherit }</style></head>
              <body><h1>Development issuer</h1>
              {{body}}
              </body></html>
              """,
            status);
    }
}
