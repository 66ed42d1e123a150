using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace PgOAuth.Samples.Terminal.Tour;

/// <summary>Makes what an attacker would like to have: a genuine token with other claims in it.</summary>
internal static class ForgedToken
{
    /// <summary>Puts a group into a token and keeps its signature.</summary>
    public static string WithGroup(string token, string group)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["groups"] = new JsonArray(group);
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }
}
