using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using PgOAuth.Sql.Analysis;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Parsing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql;

/// <summary>
/// Parses texts as PostgreSQL 18 does and tells what their statements touch. One object serves one text at a time and keeps
/// its buffers: once they have grown, a text costs no allocation.
/// </summary>
internal sealed class SqlParser
{
    // What a text of usual size needs; a larger one's buffers are let go of again.
    private const int InitialTokens = 512;
    private const int KeptTokens = 64 * 1024;

    private readonly List<SqlStatement> _statements = [];
    private SqlToken[] _tokens = new SqlToken[InitialTokens];
    private SqlNode[] _nodes = new SqlNode[InitialTokens];

    public SqlToken[] Tokens => _tokens;

    /// <summary>How many of them belong to the text last parsed; of one that was refused, those up to where no token could be read.</summary>
    public int TokenCount { get; private set; }

    public SqlNode[] Nodes => _nodes;

    /// <summary>The statements of the text last parsed. Empty ones are left out, as the server leaves them out.</summary>
    public ReadOnlySpan<SqlStatement> Statements => CollectionsMarshal.AsSpan(_statements);

    /// <summary>Why the text last parsed is refused, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>The byte at which it is.</summary>
    public int ErrorPosition { get; private set; }

    /// <summary>Parses a text. False: PostgreSQL refuses it, too, and runs none of its statements.</summary>
    public bool Parse(ReadOnlySpan<byte> text)
    {
        _statements.Clear();
        Error = null;
        TokenCount = 0;
        if (_tokens.Length > KeptTokens || _nodes.Length > KeptTokens)
        {
            _tokens = new SqlToken[InitialTokens];
            _nodes = new SqlNode[InitialTokens];
        }

        // A server whose database is SQL_ASCII would take other bytes, too, and find other quotes in them than stand here.
        if (!Utf8.IsValid(text))
        {
            return Refuse("invalid byte sequence for encoding \"UTF8\"", FirstInvalid(text));
        }

        var zero = text.IndexOf((byte)0);
        if (zero >= 0)
        {
            return Refuse("NUL character in statement", zero);
        }

        // PostgreSQL reads token by token, but refuses the whole text for an error anywhere in it.
        var lexer = new SqlLexer(text, _tokens);
        var lexed = lexer.Run();
        _tokens = lexer.Tokens;
        TokenCount = lexer.Count;
        if (!lexed)
        {
            return Refuse(lexer.Error, lexer.ErrorPosition);
        }

        var grammar = new SqlGrammar(text, _tokens, lexer.Count, _nodes);
        while (grammar.NextStatement(out var root, out var first, out var end))
        {
            var start = _tokens[first].Start;
            _statements.Add(new SqlStatement(grammar.Nodes[root].Kind, root, start, _tokens[end].Start - start, first, end));
        }

        _nodes = grammar.Nodes;
        return grammar.Error is null || Refuse(grammar.Error, grammar.ErrorPosition);
    }

    /// <summary>Tells what a statement of the text last parsed touches.</summary>
    public void Analyze(ReadOnlySpan<byte> text, SqlStatement statement, SqlAnalysis analysis) =>
        analysis.Analyze(text, _tokens, _nodes, statement.Root);

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(text[position..], out _, out var length) == OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }

    private bool Refuse(string? error, int position)
    {
        _statements.Clear();
        Error = error;
        ErrorPosition = position;
        return false;
    }
}
