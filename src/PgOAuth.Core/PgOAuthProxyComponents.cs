using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PgOAuth.Auditing;
using PgOAuth.Authentication;
using PgOAuth.Authorization;
using PgOAuth.Options;
using PgOAuth.Upstream;

namespace PgOAuth;

/// <summary>The code that a host plugs into a <see cref="PgOAuthProxy"/>. Everything is optional.</summary>
public sealed class PgOAuthProxyComponents
{
    /// <summary>Validators besides the JWT validator of the configured issuers, which is asked first.</summary>
    public IList<ITokenValidator> TokenValidators { get; } = [];

    /// <summary>Mappers besides <c>Authorization:RoleMap</c>; all roles are taken together.</summary>
    public IList<IRoleMapper> RoleMappers { get; } = [];

    /// <summary>Policies besides the configured scopes and rules; all must allow.</summary>
    public IList<IScopePolicy> ScopePolicies { get; } = [];

    /// <summary>Sinks besides the log.</summary>
    public IList<IAuditSink> AuditSinks { get; } = [];

    /// <summary>Replaces the routes of the configuration.</summary>
    public IUpstreamRouter? UpstreamRouter { get; set; }

    /// <summary>Replaces the credentials of the configuration.</summary>
    public IUpstreamCredentialProvider? UpstreamCredentials { get; set; }

    /// <summary>
    /// Gives the settings anew, for <see cref="PgOAuthProxy.ReloadAsync"/>. It adds what is wrong with their source to the
    /// collection, or throws; then, as with any other mistake in them, nothing changes.
    /// </summary>
    /// <value>Default: null; the proxy keeps the settings it was made with.</value>
    public Func<ICollection<string>, PgOAuthProxyOptions>? OptionsSource { get; set; }

    /// <summary>The log.</summary>
    /// <value>Default: none.</value>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Makes the meter <c>PgOAuth</c>.</summary>
    /// <value>Default: null, a meter of its own.</value>
    public IMeterFactory? MeterFactory { get; set; }
}
