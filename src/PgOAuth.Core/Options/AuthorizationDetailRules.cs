namespace PgOAuth.Options;

/// <summary>How <c>authorization_details</c> of one type (RFC 9396) give what scopes give.</summary>
/// <remarks>
/// An object <c>{ "type": …, "actions": ["select"], "locations": ["postgres://db"], "datatypes": ["sales.orders"] }</c> is one rule: its
/// actions are the words of <see cref="StatementRule.Statements"/>, its datatypes the relations. What the object asks for beyond
/// <see cref="Within"/> it does not get.
/// </remarks>
public sealed class AuthorizationDetailRules
{
    /// <summary>Where this database is, as the tokens write it; an object with other locations only is not for it.</summary>
    /// <value>Default: empty, which takes every object, also those without locations.</value>
    public IList<string> Locations { get; } = [];

    /// <summary>What the policy calls other words than its own: <c>"read"</c> to <c>["select"]</c>.</summary>
    public IDictionary<string, IList<string>> Actions { get; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);

    /// <summary>The most that objects of this type can give; dangerous permissions never come from a token.</summary>
    /// <value>Default: empty, which gives nothing.</value>
    public IList<StatementRule> Within { get; } = [];
}
